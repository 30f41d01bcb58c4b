"""The slide tray: the slides of a case that somebody may see, by part, block and stain, with what was opened."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cases.access.queries import visible_slides
from cases.access.view import CaseView
from cases.models import Slide
from cases.order import in_order
from core import terms
from core.actor import Actor
from slides.meta import state_in_words
from slides.models import SlideImage
from slides.queries import opened_slides
from slides.states import Status


@dataclass(frozen=True, slots=True)
class TraySlide:
    """One slide of the tray. `state` is what slides.meta says of its image; `thumbnail` is '' without pixels."""

    id: UUID
    label: str
    stain: str
    level: str
    note: str
    state: dict[str, Any]
    thumbnail: str
    is_opened: bool

    @property
    def is_ready(self) -> bool:
        """Whether its pixels can be looked at."""
        return bool(self.state["status"] == Status.READY)

    @property
    def is_on_its_way(self) -> bool:
        """Whether its image is being prepared, so that it pays to ask again."""
        return self.state["status"] in {Status.WAITING, Status.PREPARING}

    @property
    def name(self) -> str:
        """Label and stain, as on the glass."""
        return f"{self.label} {self.stain}"


@dataclass(frozen=True, slots=True)
class TrayBlock:
    """The slides of one block; label '' for those cut from no block (cytology)."""

    label: str
    slides: list[TraySlide] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TrayPart:
    """One specimen part with its blocks."""

    label: str
    site: str
    blocks: list[TrayBlock] = field(default_factory=list)


def slide_tray(actor: Actor, view: CaseView, only: Collection[UUID] | None = None) -> list[TrayPart]:
    """The tray of one case in the actor's view of it; `only` narrows it to what a request shares. Two queries."""
    slides = visible_slides(actor).filter(case=view.id).select_related("specimen", "block", "image")
    if only is not None:
        slides = slides.filter(pk__in=only)
    found = in_order(slides)
    opened = opened_slides(actor.person, [slide.pk for slide in found])
    parts: dict[str, TrayPart] = {}
    blocks: dict[tuple[UUID, UUID | None], TrayBlock] = {}
    for slide in found:
        name, site = view.text(slide.specimen.label), view.text(slide.specimen.site)
        part = parts.setdefault(slide.specimen.label, TrayPart(name, site))
        label = view.text(slide.block.label) if slide.block else ""
        block = blocks.get((slide.specimen_id, slide.block_id))
        if block is None:
            block = blocks[slide.specimen_id, slide.block_id] = TrayBlock(label)
            part.blocks.append(block)
        block.slides.append(_tray_slide(slide, view, is_opened=slide.pk in opened))
    return list(parts.values())


def slides_of(tray: list[TrayPart]) -> list[TraySlide]:
    """All slides of a tray, in its order."""
    return [slide for part in tray for block in part.blocks for slide in block.slides]


def _tray_slide(slide: Slide, view: CaseView, *, is_opened: bool) -> TraySlide:
    image: SlideImage | None = getattr(slide, "image", None)
    ready = image is not None and image.status == Status.READY
    return TraySlide(
        id=slide.pk,
        label=view.text(slide.label),
        stain=terms.label("stains", slide.stain),
        level=view.text(slide.level),
        note=view.text(slide.note),
        state=state_in_words(image),
        thumbnail=f"/tiles/{slide.pk}/{image.content_version}/thumbnail.jpg" if ready and image else "",
        is_opened=is_opened,
    )
