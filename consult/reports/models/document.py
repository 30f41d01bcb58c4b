"""The document made from a version: stored by its hash, never made again under another one."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consult.reports.models.version import ReportVersion
from core.ids import new_id


class ReportDocument(models.Model):
    """The PDF of a version. `name` is its name in the storage: the hash, so that it tells nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.OneToOneField(
        ReportVersion, models.PROTECT, related_name="document", verbose_name=_("report version")
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    name = models.CharField(_("file"), max_length=120)
    size = models.PositiveIntegerField(_("size in bytes"))
    created_at = models.DateTimeField(pgettext_lazy("document", "made"))

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.sha256[:12]
