"""That a person opened a slide: once, with when first and last. Where somebody looked is not kept."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Slide
from core.ids import new_id


class SlideOpening(models.Model):
    """One person and one slide."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slide = models.ForeignKey(Slide, models.CASCADE, related_name="openings", verbose_name=_("slide"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    first_at = models.DateTimeField(_("first opened"))
    last_at = models.DateTimeField(_("last opened or closed"))

    class Meta:
        verbose_name = _("opened slide")
        verbose_name_plural = _("opened slides")
        constraints: ClassVar = [models.UniqueConstraint(fields=["slide", "person"], name="slides_opened_once")]

    def __str__(self) -> str:
        return f"{self.slide_id} {self.person_id}"
