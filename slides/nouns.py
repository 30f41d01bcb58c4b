"""What the room's rows in the record are about: images, named by the slide that they show or were taken off."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from cases.nouns import known_cases, slide_names
from cases.numbers import is_number
from core.actor import Actor
from core.audit.hooks import noun
from slides.models import SlideImage


def _images(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    slides = dict(SlideImage.objects.filter(pk__in=keys).values_list("pk", Coalesce("slide", "taken_from")))
    names = slide_names(actor, set(slides.values()))
    return {key: names[slide] for key, slide in slides.items() if slide in names}


def _by_number(actor: Actor, term: str) -> Iterable[UUID]:
    cases = known_cases(actor).filter(is_number("accession_number", term)).values("pk")
    images = SlideImage.objects.filter(Q(slide__case__in=cases) | Q(taken_from__case__in=cases))
    return images.values_list("pk", flat=True)


IMAGE = noun("image", _("Slide image"), named=_images, found=_by_number)
