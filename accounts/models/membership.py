"""A person's place in an organisation: the role under which an act is done and recorded."""

from datetime import date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, When
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
        return self.in_force().filter(user__is_active=True, organisation__is_active=True)

    def in_force(self) -> "MembershipQuerySet":
        """Those that have begun and not ended, whoever is active; decided in SQL."""
        return self.not_ended().filter(valid_from__lte=CoreNow())

    def not_ended(self) -> "MembershipQuerySet":
        """Those in force now or later, whoever is active; decided in SQL."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=CoreNow()))

    def with_ahead(self) -> "MembershipQuerySet":
        """Each with `is_ahead`: whether it has not begun; decided in SQL."""
        return self.annotate(is_ahead=Case(When(valid_from__gt=CoreNow(), then=True), default=False))

    def overlapping(self, start: datetime, end: datetime | None) -> "MembershipQuerySet":
        """Those of which a part lies between these moments; `end` is None where that is open."""
        later = self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=start))
        return later if end is None else later.filter(valid_from__lt=end)


class Membership(models.Model):
    """One role of one person in one organisation, for one period, with the number of the professional register.

    Whoever comes back after it has ended gets another row, so that the record shows when they were away, and nothing
    that hung on the former one comes back: deputy, capacity, subspecialties, access. What they asked and signed stays
    theirs by person and organisation. `valid_from` may lie ahead; until then the membership opens nothing. One that
    ends before it has begun has an empty period.

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
            # Of those without a last day; that dated periods do not overlap is asked by the actions that write them.
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(valid_until__isnull=True),
                name="accounts_one_membership",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="accounts_membership_ends_not_before_start",
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
