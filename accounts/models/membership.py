"""A person's place in an organisation: the role under which an act is done and recorded."""

from datetime import date, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import Organisation
from accounts.models.user import User
from accounts.roles import Role
from core.audit.models import CoreNow
from core.ids import new_id


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by time."""

    def active(self) -> "MembershipQuerySet":
        """Those that are in force now, of people and organisations that are active; decided in SQL."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=CoreNow()),
            valid_from__lte=CoreNow(),
            user__is_active=True,
            organisation__is_active=True,
        )

    def not_ended(self) -> "MembershipQuerySet":
        """Those in force now or later, whoever is active; decided in SQL."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=CoreNow()))


class Membership(models.Model):
    """One role of one person in one organisation, for a time, with the number of the professional register.

    `languages` are two-letter codes in which consultations are taken, none where it is not said; `weekly_capacity` is
    None where there is no limit. The deputy stands in during absences, and takes over what is open when one leaves.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    valid_from = models.DateTimeField(_("from"), db_default=CoreNow())
    valid_until = models.DateTimeField(_("until"), null=True, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=40, blank=True)
    registration_body = models.CharField(_("register"), max_length=60, blank=True)

    languages = ArrayField(models.CharField(max_length=2), default=list, blank=True, verbose_name=_("languages"))
    weekly_capacity = models.PositiveSmallIntegerField(_("requests a week"), null=True, blank=True)
    deputy = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("deputy")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="accounts_one_membership"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="accounts_membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.organisation.short_name}"

    @property
    def first_day(self) -> date:
        """In the laboratory's time zone."""
        return self.valid_from.astimezone(self._zone).date()

    @property
    def last_day(self) -> date | None:
        """The last day in force; None where it is open-ended."""
        last = self.valid_until - timedelta(microseconds=1) if self.valid_until else None
        return last.astimezone(self._zone).date() if last else None

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.organisation.time_zone)
