"""A time in which a member is away, and the deputy stands in."""

from datetime import date, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.membership import Membership
from core.audit.models import CoreNow
from core.ids import new_id


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Absences by time."""

    def in_force(self) -> "AbsenceQuerySet":
        """Those of this moment; decided in SQL."""
        return self.not_over().filter(valid_from__lte=CoreNow())

    def not_over(self) -> "AbsenceQuerySet":
        """Those of now and later."""
        return self.filter(cancelled_at__isnull=True, valid_until__gt=CoreNow())


class Absence(models.Model):
    """Whole days in the laboratory's time zone. Who stands in is `membership.deputy`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="absences", verbose_name=_("membership"))
    valid_from = models.DateTimeField(_("from"))
    valid_until = models.DateTimeField(_("until"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering: ClassVar = ["valid_from", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="accounts_absence_ends_after_start"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["membership", "valid_until"],
                name="accounts_absences",
                condition=Q(cancelled_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} - {self.last_day}"

    @property
    def first_day(self) -> date:
        """In the laboratory's time zone."""
        return self.valid_from.astimezone(self._zone).date()

    @property
    def last_day(self) -> date:
        """The last day away."""
        return (self.valid_until - timedelta(microseconds=1)).astimezone(self._zone).date()

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.membership.organisation.time_zone)
