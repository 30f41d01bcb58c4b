"""An emergency access: who opened which case, why, until when, and what the review found."""

from functools import partial
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation
from cases.basis.models import LegalRule
from cases.emergency.states import Outcome, Status
from cases.models import Case
from core import terms
from core.ids import new_id

ONCE = "emergency_one_running"  # the constraint that holds where one person opens a case twice at once


class EmergencyAccess(models.Model):
    """One person's hour with one case. `number` is the product's own, free of patient data: mails use it.

    `ends_at` is when it ends by itself, `ended_at` when it did. `note` is what the person typed: for the case's own
    laboratory and that person, and for nobody else.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="emergencies", verbose_name=_("case"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("membership"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation of the person")
    )
    reason = models.CharField(_("reason"), max_length=30, choices=partial(terms.choices, "break_glass_reasons"))
    note = models.CharField(_("in their own words"), max_length=500)
    rule = models.ForeignKey(
        LegalRule, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rule for sharing")
    )
    letter_owed = models.BooleanField(_("a letter to the patient is owed"), default=False)
    letter_sent_on = models.DateField(_("letter to the patient sent on"), null=True, blank=True)
    overrides_objection = models.BooleanField(_("against an objection"), default=False)
    proved_by = models.CharField(_("proved by"), max_length=20)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.RUNNING)
    version = models.PositiveIntegerField(_("version"), default=1)
    started_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    review_due_at = models.DateTimeField(_("review due"))
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    reviewed_by = models.CharField(_("reviewed by"), max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    review_note = models.CharField(_("note of the review"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "person"], condition=Q(status=Status.RUNNING), name=ONCE),
            models.CheckConstraint(condition=Q(ends_at__gt=F("started_at")), name="emergency_ends_after_start"),
            models.CheckConstraint(
                condition=Q(status=Status.REVIEWED, reviewed_at__isnull=False) & ~Q(outcome="")
                | ~Q(status=Status.REVIEWED) & Q(reviewed_at__isnull=True, outcome=""),
                name="emergency_reviewed_has_its_outcome",
            ),
            models.CheckConstraint(
                condition=Q(letter_sent_on__isnull=True) | Q(letter_owed=True), name="emergency_letter_sent_was_owed"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-started_at"], name="emergency_of_person"),
            models.Index(fields=["review_due_at"], name="emergency_owed", condition=~Q(status=Status.REVIEWED)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def letter_awaited(self) -> bool:
        """Whether the laboratory still owes the patient a letter."""
        return self.letter_owed and self.letter_sent_on is None

    @property
    def reason_label(self) -> str:
        """The reason in words."""
        return terms.label("break_glass_reasons", self.reason)
