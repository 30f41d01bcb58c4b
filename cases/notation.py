"""Reads material as people write it down: "A1 HE, CK5 x2, A2 HE L3; B HE" into rows of part, block, stain and level.

An item is a place (part A, block A1), a stain, and perhaps a count and a level; a stain alone belongs to the place
before it. Parts may also be numbers (1, 1A).
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases import codes

SEPARATORS = re.compile(r"[,;\n]+")
PLACE = re.compile(
    r"(?:(?P<letters>[A-Za-z]{1,2})(?P<number>\d{1,3}[A-Za-z]?)?|(?P<digits>\d{1,2})(?P<letter>[A-Za-z]\d{0,2})?)"
)
COUNT = re.compile(r"\s+[x×*]\s*(\d{1,3})$", re.IGNORECASE)
LEVEL = re.compile(r"\s+L\s*(\d{1,3})$", re.IGNORECASE)
MOST_OF_ONE = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One line of material: a part, perhaps a block of it, perhaps one slide with its stain (a code) and level.

    `type` and `site` describe the part, `label` and `note` the slide. All but the part may be ''.
    """

    part: str
    block: str = ""
    stain: str = ""
    level: str = ""
    type: str = ""
    site: str = ""
    label: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read, as it was written, and why."""

    text: str
    message: str


def parse(text: str) -> tuple[list[Row], list[Problem]]:
    """The rows that the text means, in its order, and every item that means nothing."""
    rows: list[Row] = []
    problems: list[Problem] = []
    place: tuple[str, str] | None = None
    for item in filter(None, (part.strip() for part in SEPARATORS.split(text))):
        try:
            place, found = _item(item, place)
        except ValueError as error:
            problems.append(Problem(item, str(error)))
        else:
            rows += found
    return rows, problems


def _item(item: str, before: tuple[str, str] | None) -> tuple[tuple[str, str], list[Row]]:
    """The place that the item is about and its rows. Raises ValueError with a sentence."""
    rest, count = _taken(COUNT, item)
    rest, level = _taken(LEVEL, rest)
    if not count:
        rest, count = _taken(COUNT, rest)
    if not 1 <= int(count or 1) <= MOST_OF_ONE:
        raise ValueError(_("Write a count from 1 to %(most)s.") % {"most": MOST_OF_ONE})
    stain, place = codes.resolve("stains", rest), before
    if stain is None:
        first, _space, rest = rest.partition(" ")
        place = _place(first)
        stain = codes.resolve("stains", rest) if rest.strip() else ""
    if place is None:
        raise ValueError(_("Start with the part or block, for example A1."))
    if stain is None:
        raise ValueError(_no_stain(rest.strip()))
    part, block = place
    if not stain:
        return place, [Row(part, block)]
    return place, [Row(part, block, stain, level) for _number in range(int(count or 1))]


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.search(text)
    return (text[: found.start()].rstrip(), found[1]) if found else (text, "")


def _place(text: str) -> tuple[str, str] | None:
    """(part, block) of A, A1, 1 or 1A; the block is '' for a part alone."""
    found = PLACE.fullmatch(text)
    if found is None:
        return None
    part = (found["letters"] or found["digits"]).upper()
    return part, text.upper() if found["number"] or found["letter"] else ""


def _no_stain(text: str) -> str:
    near = codes.suggest("stains", text)
    if near:
        return _("There is no stain “%(text)s”. Did you mean %(near)s?") % {"text": text, "near": near}
    return _("There is no stain “%(text)s”.") % {"text": text}
