"""The order of the slides of a case on every page: part, block, and in the block the stains for the overview first."""

import re
from collections.abc import Iterable

from cases.models import Slide
from core import terms

Place = tuple[list[tuple[int, str]], bool, list[tuple[int, str]], bool, list[tuple[int, str]]]


def in_order(slides: Iterable[Slide]) -> list[Slide]:
    """The slides (with specimen and block) in the order in which they are shown."""
    return sorted(slides, key=_place)


def place(*, part: str, block: str, stain: str, label: str) -> Place:
    """A key: part, block (those cut from none come last), the overview stains (H&E, HES) first, then by label."""
    is_other = stain not in terms.marked("stains", "overview")
    return natural(part), not block, natural(block), is_other, natural(label)


def natural(label: str) -> list[tuple[int, str]]:
    """A key that puts A2 before A10."""
    return [(int(digits), "") if digits else (-1, text) for digits, text in re.findall(r"(\d+)|(\D+)", label)]


def _place(slide: Slide) -> Place:
    block = slide.block.label if slide.block else ""
    return place(part=slide.specimen.label, block=block, stain=slide.stain, label=slide.label)
