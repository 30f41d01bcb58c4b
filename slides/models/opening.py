"""That a person opened a slide: once, with when first and last. Where somebody looked is not kept."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from cases.models import Slide
from core.ids import new_id


class SlideOpening(models.Model):
    """One person and one slide."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slide = models.ForeignKey(Slide, models.CASCADE, related_name="openings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["slide", "person"], name="slides_opened_once")]

    def __str__(self) -> str:
        return f"{self.slide_id} {self.person_id}"
