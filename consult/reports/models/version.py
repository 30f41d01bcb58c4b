"""One version of a report: canonical JSON and its SHA-256. A trigger refuses every change."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.reports.content import Content, from_json
from consult.reports.models.report import Report
from core.ids import new_id


class VersionKind(models.TextChoices):
    """Why there is a version."""

    ORIGINAL = "original", _("First report")
    ADDENDUM = "addendum", _("Addendum")
    AMENDMENT = "amendment", _("Amendment")
    CORRECTION = "correction", _("Correction")


class ReportVersion(models.Model):
    """What was signed (or received). `content` is the exact text that `sha256` is the hash of."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="versions", verbose_name=_("report"))
    number = models.PositiveSmallIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=12, choices=VersionKind, default=VersionKind.ORIGINAL)
    content = models.TextField(_("content"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("report version")
        verbose_name_plural = _("report versions")
        ordering: ClassVar = ["report", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "number"], name="reports_one_version")]

    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def tree(self) -> Content:
        """The content as its tree."""
        return from_json(self.content)
