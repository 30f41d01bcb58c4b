"""What the room's rows in the record are about: images, named by their slide."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.nouns import known_cases, slide_names
from core.actor import Actor
from core.audit.hooks import noun
from slides.models import SlideImage


def _images(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    slides = dict(SlideImage.objects.filter(pk__in=keys).values_list("pk", "slide"))
    names = slide_names(actor, set(slides.values()))
    return {key: names[slide] for key, slide in slides.items() if slide in names}


def _by_number(actor: Actor, term: str) -> Iterable[UUID]:
    cases = known_cases(actor).filter(accession_number=term)
    return SlideImage.objects.filter(slide__case__in=cases.values("pk")).values_list("pk", flat=True)


IMAGE = noun("image", _("Slide image"), named=_images, found=_by_number)
