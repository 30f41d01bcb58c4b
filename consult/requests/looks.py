"""Which of the slides that a request shares its expert has looked at, and why not the others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from uuid import UUID

from django.utils.translation import gettext as _

from cases.access.view import known_of_case
from cases.identity_words import without_identity
from cases.models import Slide
from cases.order import in_order
from consult.requests.models import ConsultRequest
from slides.models import SlideImage
from slides.queries import openings
from slides.states import Status


class Look(StrEnum):
    """What became of one slide."""

    OPENED = "opened"
    NOT_OPENED = "not_opened"
    NOT_READY = "not_ready"
    UNREADABLE = "unreadable"
    NO_IMAGE = "none"


@dataclass(frozen=True, slots=True)
class Looked:
    """One slide. `sha256` is that of the image that it has and that was or could be opened, else ''; `is_replaced`
    where the person opened an image that it no longer has. `label` and `level` are as both sides may read them."""

    slide: Slide
    look: Look
    sha256: str
    is_replaced: bool = False
    label: str = ""
    level: str = ""

    @property
    def in_words(self) -> str:
        """Its label, and why it could not be opened."""
        why = WHY[self.look]() if self.look in WHY else ""
        return f"{self.label} ({why})" if why else self.label


WHY = {
    Look.NOT_READY: lambda: _("being prepared"),
    Look.UNREADABLE: lambda: _("cannot be shown"),
    Look.NO_IMAGE: lambda: _("no image"),
}


def for_both(request: ConsultRequest) -> Callable[[str], str]:
    """Takes names and numbers out of texts that both sides read, where a pseudonym hides them.

    One query, none where the request is under the patient's own name.
    """
    return partial(without_identity, known=known_of_case(request.case)) if request.is_pseudonymised else str


def looks(person: UUID | None, request: ConsultRequest) -> list[Looked]:
    """The slides of the request in their order, with what the person has seen of each. Three or four queries."""
    slide_ids = list(request.slides.values_list("slide_id", flat=True))
    slides = in_order(Slide.objects.filter(pk__in=slide_ids).select_related("specimen", "block", "image"))
    seen, text = openings(person, slide_ids), for_both(request)
    found = [_looked(slide, getattr(slide, "image", None), is_opened=slide.pk in seen.now) for slide in slides]
    return [
        replace(
            each,
            is_replaced=each.slide.pk in seen.no_longer,
            label=text(each.slide.label),
            level=text(each.slide.level),
        )
        for each in found
    ]


def _looked(slide: Slide, image: SlideImage | None, *, is_opened: bool) -> Looked:
    """An image that was opened and cannot be shown any more was opened all the same."""
    if image is None:
        return Looked(slide, Look.NO_IMAGE, "")
    if is_opened and image.sha256:
        return Looked(slide, Look.OPENED, image.sha256)
    if image.status == Status.READY:
        return Looked(slide, Look.NOT_OPENED, image.sha256)
    return Looked(slide, Look.UNREADABLE if image.status == Status.UNREADABLE else Look.NOT_READY, "")


def not_opened(found: Iterable[Looked]) -> list[Looked]:
    """Those that the person has not seen, for whatever reason."""
    return [each for each in found if each.look != Look.OPENED]


def without_image(slides: Iterable[Slide]) -> list[str]:
    """Of these slides (with their image), in words and in the same order, those that nobody can open now."""
    found = [
        replace(_looked(slide, getattr(slide, "image", None), is_opened=False), label=slide.label) for slide in slides
    ]
    return [each.in_words for each in found if each.look != Look.NOT_OPENED]
