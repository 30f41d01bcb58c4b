"""A reason for access to a case: which slides, for how long, showing what. Several stand side by side."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from cases.models.case import Case
from cases.models.material import Slide
from core.audit.words import PURPOSES
from core.ids import new_id


class Share(models.Model):
    """One reason (this request, that meeting). Rows are written by cases.access.grants alone.

    `organisation` is for whom the people read; None where the workflow does not know, and in rows of before it was kept
    that have ended.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="shares", verbose_name=_("case"))
    source_kind = models.CharField(_("why"), max_length=30)
    source_id = models.UUIDField(_("key of the reason"))
    purpose = models.CharField(_("purpose"), max_length=10, choices=PURPOSES)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for the organisation")
    )
    valid_from = models.DateTimeField(_("from"))
    valid_until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    shows_identity = models.BooleanField(_("shows who the patient is"), default=False)
    shows_label = models.BooleanField(_("shows label images"), default=False)
    shows_earlier = models.BooleanField(_("shows earlier cases"), default=False)
    shows_first_report = models.BooleanField(_("shows the first report"), default=False)

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "source_kind", "source_id"], name="cases_one_share_per_reason")
        ]
        indexes: ClassVar = [models.Index(fields=["source_kind", "source_id"], name="cases_share_by_source")]

    def __str__(self) -> str:
        return f"{self.source_kind} {self.source_id}"


class ShareSlide(models.Model):
    """One slide that a share names."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    share = models.ForeignKey(Share, models.CASCADE, related_name="slides", verbose_name=_("share"))
    slide = models.ForeignKey(Slide, models.CASCADE, related_name="+", verbose_name=_("slide"))

    class Meta:
        verbose_name = _("shared slide")
        verbose_name_plural = _("shared slides")
        constraints: ClassVar = [models.UniqueConstraint(fields=["slide", "share"], name="cases_slide_in_share_once")]

    def __str__(self) -> str:
        return f"{self.slide_id}"
