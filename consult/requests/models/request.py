"""A consult request: the question, to whom, which slides, and how it ended."""

from functools import partial
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Agreement, Membership, Organisation
from cases.access.view import pseudonym
from cases.models import Case, Slide
from cases.numbers import accession_key_of
from consult.reports.models import Report, ReportVersion
from consult.requests.states import ENDED, OPEN, Status
from core import terms
from core.ids import new_id

# What the lists are filtered by and denials are asked with: their indexes hold it, so that a filter reads no rows that
# it leaves out (docs/decisions/0002).
LISTED = ("case", "status", "priority", "organ_system")


class Use(models.TextChoices):
    """What the requester did with the opinion."""

    ADOPTED = "adopted", _("Adopted")
    PARTLY = "partly", _("Adopted in part")
    NOT_ADOPTED = "not_adopted", _("Not adopted")


class ConsultRequest(models.Model):
    """One question of one pathologist to another about one case.

    `number` is the product's own, free of patient data: mails and notifications use it. `as_sent` is what the
    answering laboratory keeps of the case: who the patient was, the question and the slides with their hashes.
    `answering_accession_number` is that laboratory's own number, of this request and no other of its requests.
    `answering_organisation` is empty until the expert accepts: from then on the request is that laboratory's record.
    `first_report` is the asking laboratory's own report as it stood when the request was sent, shared or not,
    `first_report_signed` the version that was shared and current when the opinion was signed.
    `agreement` is the one it was sent under, empty within one laboratory; what ends it later does not end the request.
    With `is_pseudonymised` the answering laboratory never learns who the patient is: the share shows no identity, the
    own report stays back, and `as_sent` holds the pseudonym.
    `case_version` and `patient_version` are those that were on the screen when the draft was last saved.
    Two columns are kept by triggers for the lists: `organ_system` is the case's, and `is_touched` says that patient,
    case or clinical details are not those of `as_sent` and the two versions.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="requests", verbose_name=_("case"))
    asking_organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("asking laboratory")
    )
    requester = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("requester"))
    expert = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("expert")
    )
    answering_organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answering laboratory")
    )
    question = models.CharField(_("question"), max_length=300, blank=True)
    working_diagnosis = models.CharField(_("working diagnosis"), max_length=300, blank=True)
    priority = models.CharField(
        _("priority"), max_length=20, choices=partial(terms.choices, "priorities"), default="routine"
    )
    urgency_reason = models.CharField(_("why it is urgent"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2, default="en")
    is_pseudonymised = models.BooleanField(_("under a pseudonym"), default=False)
    shares_first_report = models.BooleanField(_("share our own report"), default=True)
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent under the agreement")
    )
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=1)
    case_version = models.PositiveIntegerField(_("version of the case"))
    patient_version = models.PositiveIntegerField(_("version of the patient"))
    as_sent = models.JSONField(_("as sent"), default=dict, blank=True)
    first_report = models.ForeignKey(
        ReportVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("first report")
    )
    first_report_signed = models.ForeignKey(
        ReportVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("first report at the signature"),
    )
    report = models.OneToOneField(
        Report, models.PROTECT, null=True, blank=True, related_name="request", verbose_name=_("report")
    )
    answering_accession_number = models.CharField(_("our accession number"), max_length=40, blank=True)
    organ_system = models.CharField(max_length=30, default="", editable=False)
    is_touched = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(_("started"))
    saved_at = models.DateTimeField(_("saved"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=30, blank=True)
    use = models.CharField(_("use of the opinion"), max_length=12, choices=Use, blank=True)
    use_note = models.CharField(_("note on its use"), max_length=500, blank=True)
    final_report_reference = models.CharField(_("our final report"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("consult request")
        verbose_name_plural = _("consult requests")
        indexes: ClassVar = [
            models.Index(
                fields=["expert", "due_at", "id"],
                include=[*LISTED, "asking_organisation"],
                name="requests_of_expert",
                condition=Q(status__in=OPEN),
            ),
            models.Index(
                fields=["expert", "-created_at", "-id"],
                include=[*LISTED, "asking_organisation"],
                name="requests_of_expert_all",
            ),
            # One status of a person or laboratory with much work: the index above would read all the others, too.
            models.Index(
                fields=["expert", "status", "-created_at", "-id"],
                include=["case", "priority", "organ_system", "asking_organisation"],
                name="requests_of_expert_by_status",
            ),
            models.Index(
                fields=["answering_organisation", "status", "-created_at", "-id"],
                include=["case", "priority", "organ_system", "asking_organisation", "expert"],
                name="requests_answering_by_status",
            ),
            models.Index(
                fields=["requester", "-created_at", "-id"],
                include=[*LISTED, "asking_organisation", "expert"],
                name="requests_of_requester",
            ),
            models.Index(
                fields=["requester", "due_at", "id"],
                include=[*LISTED, "asking_organisation", "expert"],
                name="requests_of_requester_open",
                condition=Q(status__in=OPEN),
            ),
            models.Index(
                fields=["requester", "-created_at", "-id"],
                include=[*LISTED, "asking_organisation", "expert"],
                name="requests_of_requester_live",
                condition=~Q(status__in=ENDED),
            ),
            models.Index(
                fields=["asking_organisation", "-created_at", "-id"],
                include=[*LISTED, "expert"],
                name="requests_of_lab",
            ),
            models.Index(
                fields=["answering_organisation", "-created_at", "-id"],
                include=[*LISTED, "asking_organisation", "expert"],
                name="requests_of_answering_lab",
            ),
            models.Index(
                fields=["asking_organisation", "due_at", "id"],
                name="requests_touched",
                condition=Q(status__in=OPEN, is_touched=True),
            ),
            models.Index(fields=["case"], name="requests_of_case"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=[Status.DRAFT, Status.DISCARDED])
                | Q(expert__isnull=False, sent_at__isnull=False) & ~Q(question=""),
                name="requests_sent_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.ANSWERED, Status.ACKNOWLEDGED, Status.CLOSED])
                | Q(report__isnull=False, answered_at__isnull=False) & ~Q(answering_accession_number=""),
                name="requests_answered_has_report_and_number",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.CLOSED) | ~Q(use=""), name="requests_closed_says_what_was_used"
            ),
            models.UniqueConstraint(
                "answering_organisation",
                accession_key_of("answering_accession_number"),
                condition=~Q(answering_accession_number=""),
                name="requests_answering_number_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def pseudonym(self) -> str:
        """What the patient is called in the answering laboratory; '' where it is told the name."""
        return pseudonym(self.pk) if self.is_pseudonymised else ""

    @property
    def opens_first_report(self) -> bool:
        """Whether the own report goes along: it names the patient, so never under a pseudonym."""
        return self.shares_first_report and not self.is_pseudonymised


class RequestSlide(models.Model):
    """One slide that the request shares."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(
        ConsultRequest, models.CASCADE, related_name="slides", verbose_name=_("consult request")
    )
    slide = models.ForeignKey(Slide, models.PROTECT, related_name="+", verbose_name=_("slide"))

    class Meta:
        verbose_name = _("slide of a request")
        verbose_name_plural = _("slides of requests")
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "slide"], name="requests_slide_once")]

    def __str__(self) -> str:
        return f"{self.slide_id}"
