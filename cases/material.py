"""Turns rows of material, from the quick form or from a file, into what the actions take; makes the slides' labels."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from cases.actions.fields import MaterialFields, PartFields, SlideFields
from cases.models import Case
from cases.notation import Row
from core import terms


@dataclass(frozen=True, slots=True)
class Known:
    """What a case has already: labels of its parts and of its slides."""

    parts: frozenset[str] = frozenset()
    slides: frozenset[str] = frozenset()


@dataclass(slots=True)
class Material:
    """The fields for the action, and what is wrong as (row, column, sentence)."""

    fields: MaterialFields
    problems: list[tuple[int, str, str]] = field(default_factory=list)


def known_material(case: Case) -> Known:
    """What the case has. Two queries."""
    return Known(
        frozenset(case.specimens.values_list("label", flat=True)),
        frozenset(case.slides.values_list("label", flat=True)),
    )


def build(rows: Sequence[Row], known: Known | None = None) -> Material:
    """The material of these rows. A part needs its type in one of its rows; slides without a label get one."""
    known = known or Known()
    parts, part_rows = _parts(rows, known.parts)
    slides: list[SlideFields] = []
    slide_rows: list[int] = []
    blocks: list[tuple[str, str]] = []
    block_rows: list[int] = []
    used = set(known.slides) | {row.label for row in rows if row.label}
    for number, row in enumerate(rows):
        if row.stain:
            label = row.label or _label(row, used)
            used.add(label)
            slides.append(SlideFields(label, row.stain, row.part, row.block, row.level, row.note))
            slide_rows.append(number)
        elif row.block:
            blocks.append((row.part, row.block))
            block_rows.append(number)
    material = Material(MaterialFields(parts, slides, blocks))
    where = {"parts": part_rows, "slides": slide_rows, "blocks": block_rows}
    for key, text in material.fields.problems(set(known.parts)).items():
        kind, index, column = key.split(".")
        column = {("parts", "label"): "part", ("blocks", "label"): "block"}.get((kind, column), column)
        material.problems.append((where[kind][int(index)], column, text))
    for number, label in zip(slide_rows, (slide.label for slide in slides), strict=True):
        if label in known.slides:
            material.problems.append((number, "label", _("This case has a slide with this label already.")))
    return material


def _parts(rows: Sequence[Row], known: Collection[str]) -> tuple[list[PartFields], list[int]]:
    """The new parts, and the row that describes each: the first with a type, else the first that names it."""
    described: dict[str, int] = {}
    for number, row in enumerate(rows):
        if row.part not in described or (row.type and not rows[described[row.part]].type):
            described[row.part] = number
    new = [(label, number) for label, number in described.items() if label not in known]
    return [PartFields(label, rows[n].type, _site(rows, label)) for label, n in new], [n for _label, n in new]


def _site(rows: Sequence[Row], part: str) -> str:
    return next((row.site for row in rows if row.part == part and row.site), "")


def _label(row: Row, used: Collection[str]) -> str:
    """Block (or part), stain and a running number: A1-HE-1."""
    number, stain = 1, terms.short("stains", row.stain)
    while (label := f"{row.block or row.part}-{stain}-{number}") in used:
        number += 1
    return label
