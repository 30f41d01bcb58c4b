"""An exclusion: whom a laboratory keeps out of one of its cases, why, recorded and lifted by whom."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.exclusions.states import Status
from cases.models import Case
from core.ids import new_id

LONGEST_NOTE = 500


class Reason(models.TextChoices):
    """Why somebody may not see the case."""

    CONFLICT = "conflict", _("Conflict of interest")
    CLOSE = "close", _("The patient is a relative, a colleague or the person themselves")
    ASKED = "asked", _("The person asks for it")
    PATIENT = "patient", _("The patient wishes it")
    OTHER = "other", _("Another reason")


class Exclusion(models.Model):
    """One person kept out of one case. Why they were let in again stands in the timeline of that step."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="exclusions", verbose_name=_("case"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    note = models.CharField(_("in words"), max_length=LONGEST_NOTE, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.STANDING)
    version = models.PositiveIntegerField(_("version"), default=1)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.CharField(_("recorded by"), max_length=200)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.CharField(_("lifted by"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "person"], condition=Q(status=Status.STANDING), name="exclusions_one_standing"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.STANDING) ^ Q(lifted_at__isnull=False), name="exclusions_lifted_has_its_time"
            ),
            models.CheckConstraint(
                condition=~Q(reason=Reason.OTHER) | ~Q(note=""), name="exclusions_other_reason_has_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.case_id}"
