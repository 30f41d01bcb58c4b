"""A report of one laboratory about a case: a draft while it is written, then versions that never change."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from cases.models import Case
from consult.reports.states import Status
from core.ids import new_id


class Kind(models.TextChoices):
    """What a report is to the case."""

    RECEIVED = "received", _("Report of the requesting laboratory")
    CONSULTATION = "consultation", _("Consultation report")


class Report(models.Model):
    """One report. `organisation` is the laboratory whose record it is, `accession_number` that laboratory's number.

    `draft` maps section codes (answer, diagnosis, ...) and `confidence` to text; `version` guards its editing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="reports", verbose_name=_("case"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("laboratory"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    accession_number = models.CharField(_("accession number"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=2)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status)
    version = models.PositiveIntegerField(_("version of the draft"), default=1)
    draft = models.JSONField(_("draft"), default=dict, blank=True)
    draft_saved_at = models.DateTimeField(_("draft saved"), null=True, blank=True)
    created_at = models.DateTimeField(pgettext_lazy("report", "started"))

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes: ClassVar = [
            models.Index(fields=["case", "kind"], name="reports_of_case"),
            models.Index(fields=["organisation", "-created_at"], name="reports_of_lab"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind=Kind.CONSULTATION) | Q(author__isnull=False), name="reports_consultation_has_author"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.FINAL) | ~Q(accession_number=""), name="reports_final_has_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
