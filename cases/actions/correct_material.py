"""Correct what parts, blocks and slides are called and are. Everybody's screen is outdated."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.models import Block, Case, Slide, Specimen
from cases.policy import parties
from cases.states import CASE
from core import terms
from core.actor import Actor
from core.errors import Invalid
from core.workflow.engine import perform

Piece = TypeVar("Piece", Specimen, Block, Slide)


@dataclass(frozen=True, slots=True)
class PartCorrection:
    """A specimen part as it should be."""

    id: UUID
    label: str
    type: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class BlockCorrection:
    """A block as it should be."""

    id: UUID
    label: str


@dataclass(frozen=True, slots=True)
class SlideCorrection:
    """A slide as it should be."""

    id: UUID
    label: str
    stain: str
    level: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class MaterialCorrections:
    """What to correct; pieces that are not named stay as they are."""

    parts: Sequence[PartCorrection] = ()
    blocks: Sequence[BlockCorrection] = ()
    slides: Sequence[SlideCorrection] = ()

    def problems(self) -> dict[str, str]:
        """What is wrong, keyed by `parts.<id>.label` and the like."""
        labels = [("parts", each.id, each.label, 10) for each in self.parts]
        labels += [("blocks", each.id, each.label, 10) for each in self.blocks]
        labels += [("slides", each.id, each.label, 30) for each in self.slides]
        message = _("Enter a label of at most %(count)s characters.")
        found = {
            f"{kind}.{key}.label": message % {"count": longest}
            for kind, key, label, longest in labels
            if not 0 < len(label.strip()) <= longest
        }
        for part in self.parts:
            if part.type not in terms.codes("specimen_types"):
                found[f"parts.{part.id}.type"] = _("Choose one of the specimen types.")
        for slide in self.slides:
            if slide.stain not in terms.codes("stains"):
                found[f"slides.{slide.id}.stain"] = _("Choose one of the stains.")
            if len(slide.level) > 10:
                found[f"slides.{slide.id}.level"] = _("This is too long: at most 10 characters.")
        return found


def correct_material(
    *, actor: Actor, case_id: UUID, seen: Seen | None, corrections: MaterialCorrections, reason: str
) -> Case:
    """Correct material of an open case of the own laboratory; needs a reason. The identity version rises.

    Two labels may change places in one correction. Raises Hidden, Forbidden, Conflict, or Invalid by field; a piece of
    another case is the same error as one that does not exist.
    """
    problems = corrections.problems()
    if not reason.strip():
        problems["reason"] = _("Say why it is corrected.")
    if problems:
        raise Invalid(_("The material was not corrected."), fields=problems)
    with transaction.atomic():
        case = lock_case(actor, case_id, seen)
        parts = _own(Specimen.objects.filter(case=case), [each.id for each in corrections.parts], "parts")
        blocks = _own(Block.objects.filter(specimen__case=case), [each.id for each in corrections.blocks], "blocks")
        slides = _own(Slide.objects.filter(case=case), [each.id for each in corrections.slides], "slides")
        case.identity_version += 1
        perform(
            CASE,
            case,
            "correct_material",
            actor=actor,
            parties=parties(actor, case),
            case=case.pk,
            patient=case.patient_id,
            changed=["identity_version"],
            reason=reason.strip(),
            facts={"parts": len(parts), "blocks": len(blocks), "slides": len(slides)},
        )
        for part in corrections.parts:
            parts[part.id].label, parts[part.id].type, parts[part.id].site = part.label.strip(), part.type, part.site
        for block in corrections.blocks:
            blocks[block.id].label = block.label.strip()
        for slide in corrections.slides:
            row = slides[slide.id]
            row.label, row.stain, row.level, row.note = slide.label.strip(), slide.stain, slide.level, slide.note
        _save(Specimen, parts.values(), ["label", "type", "site"], "parts")
        _save(Block, blocks.values(), ["label"], "blocks")
        _save(Slide, slides.values(), ["label", "stain", "level", "note"], "slides")
    return case


def _own(rows: QuerySet[Piece], wanted: Collection[UUID], kind: str) -> dict[UUID, Piece]:
    found = {row.pk: row for row in rows.filter(pk__in=wanted)}
    if missing := [key for key in wanted if key not in found]:
        message = _("This is not material of this case.")
        raise Invalid(message, fields={f"{kind}.{key}": message for key in missing})
    return found


def _save(model: type[Piece], rows: Collection[Piece], names: list[str], kind: str) -> None:
    """Write the rows; first under names nobody uses, so that labels can change places."""
    final = [row.label for row in rows]
    try:
        with transaction.atomic():
            for number, row in enumerate(rows):
                row.label = f"\u00a7{number}"
            model.objects.bulk_update(rows, ["label"])
            for row, label in zip(rows, final, strict=True):
                row.label = label
            model.objects.bulk_update(rows, names)
    except IntegrityError as error:
        message = _("Two pieces of this case would have the same label.")
        raise Invalid(message, fields={kind: message}) from error
