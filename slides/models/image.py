"""The pixels of a slide: where they lie, what was found in them, whether they can be shown."""

from pathlib import Path
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Slide
from core.ids import new_id
from slides.states import Status


class SlideImage(models.Model):
    """The image of one slide. `path` is relative to SLIDE_ROOT; `content_version` names the prepared folder.

    One that was taken off its slide stays as a record with its file: it has no `slide`, but `taken_from`. `sha256`
    stands from the first time it was ready, and no file with other bytes is ever shown as this image; `file_sha256` is
    what the file held when it came in, as soon as that is known.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slide = models.OneToOneField(
        Slide, models.CASCADE, null=True, blank=True, related_name="image", verbose_name=_("slide")
    )
    taken_from = models.ForeignKey(
        Slide, models.CASCADE, null=True, blank=True, related_name="former_images", verbose_name=_("taken off slide")
    )
    path = models.CharField(_("file"), max_length=300)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.WAITING)
    version = models.PositiveIntegerField(_("version"), default=1)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0, help_text=_("Per cent."))
    step = models.CharField(_("step"), max_length=100, blank=True)
    problem = models.CharField(_("problem"), max_length=40, blank=True, help_text=_("Code of why it is unreadable."))
    content_version = models.CharField(_("version of the pixels"), max_length=16, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    file_sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    byte_size = models.BigIntegerField(_("size in bytes"), null=True, blank=True)
    width = models.PositiveIntegerField(_("width, px"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height, px"), null=True, blank=True)
    mpp = models.FloatField(_("resolution, µm per pixel"), null=True, blank=True)
    objective = models.FloatField(_("objective"), null=True, blank=True)
    has_icc = models.BooleanField(_("has a colour profile"), default=False)
    warnings = models.JSONField(_("warnings"), default=list, blank=True)
    linked_at = models.DateTimeField(_("linked"))

    class Meta:
        verbose_name = _("slide image")
        verbose_name_plural = _("slide images")
        indexes: ClassVar = [
            models.Index(fields=["file_sha256"], name="slides_by_file", condition=~models.Q(file_sha256=""))
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(status=Status.READY) | ~models.Q(content_version="") & ~models.Q(sha256=""),
                name="slides_ready_is_prepared",
            ),
            models.CheckConstraint(
                condition=models.Q(status=Status.TAKEN_OFF, slide__isnull=True, taken_from__isnull=False)
                | ~models.Q(status=Status.TAKEN_OFF) & models.Q(slide__isnull=False, taken_from__isnull=True),
                name="slides_image_has_its_slide",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.glass_id}"

    @property
    def glass(self) -> Slide:
        """The slide that it shows, or that it was taken off."""
        glass = self.slide or self.taken_from
        assert glass is not None, "the database holds an image to one of the two"
        return glass

    @property
    def glass_id(self) -> UUID:
        """Its key."""
        key = self.slide_id or self.taken_from_id
        assert key is not None, "the database holds an image to one of the two"
        return key

    @property
    def source(self) -> Path:
        """The file."""
        return Path(settings.SLIDE_ROOT) / self.path

    @property
    def prepared_root(self) -> Path:
        """The folder that ingest writes into, one folder per content version."""
        return Path(settings.SLIDE_ROOT) / "prepared" / str(self.glass_id)
