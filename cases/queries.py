"""What the case page shows besides the case itself: its material, who can see it, and what happened to it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from cases import hooks, page_hooks
from cases.access import branches
from cases.access.queries import visible_slides
from cases.access.view import CaseView
from cases.models import Block, CaseGrant, Slide, Specimen
from cases.order import in_order, natural
from cases.page_hooks import Picture
from cases.states import CASE, PATIENT
from cases.who import reading_for
from core import terms
from core.actor import Actor
from core.workflow.events import Events, events
from core.workflow.models import TimelineEntry

NO_PICTURE = Picture("none", "")


@dataclass(frozen=True, slots=True)
class SlideLine:
    """One slide with the image it has."""

    id: UUID
    label: str
    stain: str
    stain_label: str
    level: str
    note: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class BlockLine:
    """One block with its slides; the block without id and label holds the slides made from the part itself."""

    id: UUID | None
    label: str
    slides: list[SlideLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PartLine:
    """One specimen part with its blocks."""

    id: UUID
    label: str
    type: str
    type_label: str
    site: str
    blocks: list[BlockLine] = field(default_factory=list)


def material(actor: Actor, view: CaseView) -> list[PartLine]:
    """Part > block > slide as this actor may see it: all of a home case, else the slides named and what holds them.

    Three queries and those of the pictures.
    """
    slides = list(visible_slides(actor).filter(case=view.id).select_related("specimen", "block"))
    pictures = page_hooks.pictures([slide.pk for slide in slides])
    parts = Specimen.objects.filter(case=view.id)
    blocks = Block.objects.filter(specimen__case=view.id)
    if not view.is_home:
        parts = parts.filter(pk__in={slide.specimen_id for slide in slides})
        blocks = blocks.filter(pk__in={slide.block_id for slide in slides})
    lines = {part.pk: _part(part, view) for part in sorted(parts, key=lambda part: natural(part.label))}
    places: dict[tuple[UUID, UUID | None], BlockLine] = {}
    for block in sorted(blocks, key=lambda block: natural(block.label)):
        places[block.specimen_id, block.pk] = BlockLine(block.pk, view.text(block.label))
    for slide in in_order(slides):
        place = places.setdefault((slide.specimen_id, slide.block_id), BlockLine(None, ""))
        place.slides.append(_slide(slide, pictures.get(slide.pk, NO_PICTURE), view))
    for (part, _block), line in places.items():
        lines[part].blocks.append(line)
    return list(lines.values())


def _part(part: Specimen, view: CaseView) -> PartLine:
    words = terms.label("specimen_types", part.type)
    return PartLine(part.pk, view.text(part.label), part.type, words, view.text(part.site))


def _slide(slide: Slide, picture: Picture, view: CaseView) -> SlideLine:
    label, note, stain = view.text(slide.label), view.text(slide.note), terms.label("stains", slide.stain)
    return SlideLine(slide.pk, label, slide.stain, stain, view.text(slide.level), note, picture)


def slide_counts(actor: Actor, case_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many slides of each case the actor may look at. One query."""
    rows: QuerySet[Slide] = visible_slides(actor).filter(case__in=case_ids).order_by()
    return dict(rows.values("case").annotate(slides=Count("pk")).values_list("case", "slides"))


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody outside the owner laboratory who can see a case now: why, until when, and how much of it."""

    name: str
    organisation: str
    why: str
    until: datetime
    slides: int
    knows_patient: bool


def readers(case_ids: Collection[UUID]) -> list[Reader]:
    """Who sees these cases by a share in force, a denial taken into account. For readers of the owner laboratory only.

    Three queries.
    """
    permission = branches.permission_id(branches.VIEW_CASE)
    rows = list(
        in_force(case_ids)
        .filter(permission=permission)
        .select_related("user", "share__organisation")
        .annotate(slides=Count("share__slides"))
        .order_by("user__family_name", "valid_until")
    )
    knowing = set(
        in_force(case_ids)
        .filter(permission=branches.permission_id(branches.VIEW_IDENTITY))
        .values_list("user", "share")
    )
    labs = reading_for(rows)
    return [
        Reader(
            row.user.printed_name,
            labs[row.pk],
            hooks.source_name(row.share.source_kind),
            row.valid_until,
            row.slides,
            (row.user_id, row.share_id) in knowing,
        )
        for row in rows
    ]


def in_force(case_ids: Collection[UUID]) -> QuerySet[CaseGrant]:
    """The grants on these cases that open something to somebody now."""
    return branches.anybodys_in_force().filter(content_object__in=case_ids)


ICONS = {
    "register": "folder-plus",
    "edit": "pencil",
    "correct": "exclamation-triangle",
    "add_material": "plus-square",
    "correct_material": "exclamation-triangle",
    "close": "archive",
    "reopen": "folder2-open",
}


def timeline(view: CaseView) -> Events:
    """What happened to the case and, for those who know the patient, to the patient's record. One query, and those of
    other rooms that name what their steps are about.

    The reasons that somebody gave, and the steps of other rooms, are shown in the owner laboratory only: they may name
    other patients, slides that are not shared, and what was asked of somebody else.
    """
    others = page_hooks.shown_steps() if view.is_home else {}
    steps, icons = Q(noun=CASE.noun), dict(ICONS)
    for noun, shown_there in others.items():
        steps |= Q(noun=noun, action__in=list(shown_there.icons))
        icons = {**shown_there.icons, **icons}
    named = {noun: found for noun, shown_there in others.items() if (found := shown_there.named)}
    shown = Q(steps, case=view.id)
    if view.patient is not None:
        shown |= Q(noun=PATIENT.noun, noun_id=view.patient, action="correct")
    entries = TimelineEntry.objects.filter(shown)
    return events(entries, icons, with_reasons=view.is_home, named=named, known_at=view.moment)
