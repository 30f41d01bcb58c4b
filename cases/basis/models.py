"""Rules for sharing and their confirmations, what is recorded of a patient, and the decisions that were made."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from cases.basis.conditions import Conditions
from cases.basis.kinds import Against, How, Kind, Sharing
from cases.basis.states import FactStatus, RuleStatus
from cases.models import Case, Patient
from core.ids import new_id


class LegalRule(models.Model):
    """One version of the rule of a country (ISO 3166-1 alpha-2) or of an organisation and those below it.

    `conditions` is what Conditions.stored gives; `sources` names law and article for each part. `preset` is set where
    it shipped. A trigger refuses any change but its being superseded.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    country = models.CharField(_("country"), max_length=2, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    number = models.PositiveIntegerField(_("version of the rule"))
    preset = models.BooleanField(_("shipped"), default=False)
    as_of = models.DateField(_("as of"))
    conditions = models.JSONField(_("conditions"))
    sources = models.JSONField(_("sources"), default=dict)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=RuleStatus, default=RuleStatus.IN_FORCE)
    version = models.PositiveIntegerField(_("version"), default=1)
    valid_from = models.DateTimeField(_("from"))
    superseded_at = models.DateTimeField(_("superseded"), null=True, blank=True)
    made_at = models.DateTimeField(_("stated"))
    made_by = models.CharField(_("stated by"), max_length=200)

    class Meta:
        verbose_name = _("rule for sharing")
        verbose_name_plural = _("rules for sharing")
        ordering: ClassVar = ["-valid_from", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(country="", organisation__isnull=False) | ~Q(country="") & Q(organisation__isnull=True),
                name="basis_rule_of_country_or_organisation",
            ),
            models.CheckConstraint(
                condition=Q(status=RuleStatus.IN_FORCE) ^ Q(superseded_at__isnull=False),
                name="basis_superseded_has_its_time",
            ),
            models.UniqueConstraint(
                fields=["country", "organisation", "number"], name="basis_rule_number_once", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["country", "organisation"],
                condition=Q(status=RuleStatus.IN_FORCE),
                name="basis_one_rule_in_force",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(place)s, version %(number)d") % {"place": self.place, "number": self.number}

    @property
    def place(self) -> str:
        """For whom it holds: the country's code, or the organisation's name."""
        return self.country or (self.organisation.name if self.organisation else "")

    @property
    def says(self) -> Conditions:
        """What it says."""
        return Conditions.of(self.conditions)


class RuleConfirmation(models.Model):
    """That somebody who answers for an organisation has confirmed one version of a rule for it and those below."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.ForeignKey(LegalRule, models.PROTECT, related_name="confirmations", verbose_name=_("rule"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    status = models.CharField(_("status"), max_length=10, default="confirmed")
    version = models.PositiveIntegerField(_("version"), default=1)
    confirmed_at = models.DateTimeField(_("confirmed"))
    confirmed_by = models.CharField(_("confirmed by"), max_length=200)

    class Meta:
        verbose_name = _("confirmation of a rule")
        verbose_name_plural = _("confirmations of rules")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "organisation"], name="basis_confirmed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.organisation_id}"


class LegalFact(models.Model):
    """One thing recorded of a patient in a laboratory's register, for one case or (without one) for all of them.

    `by_whom` informed the patient, took the consent or confirmed. `reach` and `organisations` are of a block: whom it
    keeps out; a block for other organisations that names none keeps out all of them. It holds from `valid_from` on.
    A consent runs out at `valid_until`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="legal_facts", verbose_name=_("patient"))
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="legal_facts", verbose_name=_("case")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    on_day = models.DateField(_("day"))
    by_whom = models.CharField(_("by whom"), max_length=200)
    how = models.CharField(_("how"), max_length=20, choices=How)
    reach = models.CharField(_("whom it keeps out"), max_length=20, choices=Against, blank=True)
    organisations = models.ManyToManyField(Organisation, related_name="+", blank=True, verbose_name=_("organisations"))
    valid_from = models.DateTimeField(_("from"))
    valid_until = models.DateTimeField(_("until"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=FactStatus, default=FactStatus.STANDS)
    version = models.PositiveIntegerField(_("version"), default=1)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.CharField(_("recorded by"), max_length=200)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=200, blank=True)
    end_reason = models.CharField(_("why it was ended"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("record for the legal basis")
        verbose_name_plural = _("records for the legal basis")
        ordering: ClassVar = ["-recorded_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["patient"], name="basis_of_patient")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status=FactStatus.STANDS) ^ Q(ended_at__isnull=False), name="basis_ended_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.BLOCK) & ~Q(reach="") | ~Q(kind=Kind.BLOCK) & Q(reach=""),
                name="basis_block_has_its_reach",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(kind=Kind.CONSENT, valid_until__gt=F("valid_from")),
                name="basis_only_consent_runs_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Outcome(models.TextChoices):
    """What was decided about a share."""

    ALLOWED = "allowed", _("Sharing allowed")
    HELD = "held", _("Sharing stopped")
    AGAIN = "again", _("Sharing goes on")


class SharingDecision(models.Model):
    """What was decided about sharing a case, under which version of which rule and for what recorded. Append-only.

    `rule` is None where the country has none. `grounds` lists what satisfied the rule, spoke against sharing or no
    longer does: each with `code` and, where something recorded did, the key of the LegalFact as `fact` and its `status`
    at that time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="sharing_decisions", verbose_name=_("case"))
    source_kind = models.CharField(_("why"), max_length=30)
    source_id = models.UUIDField(_("key of the reason"))
    sharing = models.CharField(_("for what"), max_length=20, choices=Sharing, blank=True)
    rule = models.ForeignKey(LegalRule, models.PROTECT, null=True, related_name="+", verbose_name=_("rule"))
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome)
    grounds = models.JSONField(_("grounds"), default=list)
    decided_at = models.DateTimeField(_("decided"))
    decided_by = models.CharField(_("decided for"), max_length=200)

    class Meta:
        verbose_name = _("decision about sharing")
        verbose_name_plural = _("decisions about sharing")
        ordering: ClassVar = ["-decided_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["case", "source_id"], name="basis_decisions_of_case")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.source_kind} {self.source_id}"
