"""That a person opened a slide's image: once, with when first and last. Where somebody looked is not kept."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Slide
from core.ids import new_id


class SlideOpening(models.Model):
    """One person, one slide and one image of it: who opened another one, which was taken off, did not open this."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slide = models.ForeignKey(Slide, models.CASCADE, related_name="openings", verbose_name=_("slide"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    sha256 = models.CharField(_("SHA-256 of the image"), max_length=64, blank=True)
    first_at = models.DateTimeField(_("first opened"))
    last_at = models.DateTimeField(_("last opened or closed"))

    class Meta:
        verbose_name = _("opened slide")
        verbose_name_plural = _("opened slides")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["slide", "person", "sha256"], name="slides_image_opened_once")
        ]

    def __str__(self) -> str:
        return f"{self.slide_id} {self.person_id}"
