"""The slides of a case as the pages of a request show them: by part, with what can be opened."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from cases.access.view import CaseView
from cases.models import Slide
from cases.order import in_order
from consult.requests.models import ConsultRequest
from core import terms
from slides.models import SlideImage
from slides.states import Status

SHOWN = ("specimen", "block", "image")


@dataclass(frozen=True, slots=True)
class SlideLine:
    """One slide in words. `thumbnail` is '' while there is no picture; `problem` says why there will be none."""

    id: UUID
    label: str
    stain: str
    level: str
    note: str
    image: SlideImage | None
    chosen: bool = False
    opened: bool = False
    visible: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether it can be opened."""
        return self.image is not None and self.image.status == Status.READY

    @property
    def thumbnail(self) -> str:
        """The address of its small picture."""
        if self.image is None or self.image.status != Status.READY:
            return ""
        return f"/tiles/{self.id}/{self.image.content_version}/thumbnail.jpg"


@dataclass(frozen=True, slots=True)
class PartLines:
    """The slides of one specimen part."""

    label: str
    type: str
    site: str
    slides: list[SlideLine] = field(default_factory=list)


def parts_of(
    slides: Iterable[Slide],
    view: CaseView,
    *,
    chosen: Collection[UUID] = (),
    opened: Collection[UUID] = (),
    visible: Collection[UUID] = (),
) -> list[PartLines]:
    """The slides (with specimen and image, in their order) by part, in the reader's view of their case."""
    parts: dict[UUID, PartLines] = {}
    for slide in slides:
        specimen, words = slide.specimen, terms.label("specimen_types", slide.specimen.type)
        part = parts.setdefault(
            specimen.pk,
            PartLines(view.text(specimen.label), words, view.text(specimen.site)),
        )
        part.slides.append(
            SlideLine(
                id=slide.pk,
                label=view.text(slide.label),
                stain=terms.label("stains", slide.stain),
                level=view.text(slide.level),
                note=view.text(slide.note),
                image=getattr(slide, "image", None),
                chosen=slide.pk in chosen,
                opened=slide.pk in opened,
                visible=slide.pk in visible,
            )
        )
    return list(parts.values())


def slides_of_case(case_id: UUID) -> list[Slide]:
    """Every slide of the case in order, for its own laboratory."""
    return in_order(Slide.objects.filter(case=case_id).select_related(*SHOWN))


def shared_slides(request: ConsultRequest) -> list[Slide]:
    """The slides that the request names, in order."""
    return in_order(Slide.objects.filter(pk__in=request.slides.values("slide")).select_related(*SHOWN))
