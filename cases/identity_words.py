"""Finds in free text what says who a patient is: names, numbers, the day of birth. Pure: it knows words, no database.

It finds what the register knows, spelled with or without accents and separators. It cannot find a relative, an
address or an occupation; whoever shares a text under a pseudonym is told so.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from core.letters import plain
from core.web.dates import MONTHS

HIDDEN = "[…]"
SHORTEST_NUMBER = 4  # letters and digits; shorter ones are ages and counts
# Parts of names that are words of their own in the languages of the laboratories.
PARTICLES = frozenset(
    re.findall(
        r"\w+", "af al and av da de den der des di do du e el het i la le les och te ten ter van von y zu zum zur"
    )
)
Birth = tuple[int | None, int | None, int | None]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one patient: names, numbers (of the patient and of the case), and the date of birth."""

    names: Collection[str]
    numbers: Collection[str]
    birth: Birth


def found_in(text: str, known: Known) -> list[str]:
    """What in the text says who it is, as it is written there, each once, in the order of the text."""
    return list(dict.fromkeys(text[start:end] for start, end in _spans(text, known)))


def without_identity(text: str, known: Known) -> str:
    """The text with `HIDDEN` in place of what says who it is."""
    parts, done = [], 0
    for start, end in _spans(text, known):
        parts += [text[done:start], HIDDEN]
        done = end
    return "".join([*parts, text[done:]])


def _spans(text: str, known: Known) -> list[Span]:
    """Places in the text, in order, none within another."""
    found = sorted([*_names(text, known.names), *_numbers(text, known.numbers), *_births(text, known.birth)])
    kept: list[Span] = []
    for start, end in found:
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept


_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)


def _names(text: str, names: Collection[str]) -> Iterator[Span]:
    wanted = {plain(word) for name in names for word in _WORD.findall(name)}
    wanted = {word for word in wanted if len(word) > 1 and word not in PARTICLES}
    for match in _WORD.finditer(text):
        if plain(match.group()) in wanted:
            yield match.span()


def _numbers(text: str, numbers: Collection[str]) -> Iterator[Span]:
    for number in numbers:
        signs = [re.escape(sign) for sign in number if sign.isalnum()]
        if len(signs) >= SHORTEST_NUMBER:
            pattern = r"[\s./–-]*".join(signs)
            yield from (match.span() for match in re.finditer(rf"(?<![^\W_]){pattern}(?![^\W_])", text, re.IGNORECASE))


def _births(text: str, birth: Birth) -> Iterator[Span]:
    """The whole date, the year with four digits or two, the month as a number or in a word of the four languages."""
    year, month, day = birth
    if year is None or month is None or day is None:
        return
    years, months, days = f"(?:{year}|{year % 100:02d})", f"0?{month}", f"0?{day}"
    words = "|".join(sorted({re.escape(names[month - 1].rstrip(".")) for names in MONTHS.values()}))
    gap = r"[\s./,–-]*"
    orders = (
        rf"{days}[\s./-]+{months}[\s./-]+{years}",
        rf"{months}[\s./-]+{days}[\s./-]+{years}",
        rf"{year}[\s./-]*{month:02d}[\s./-]*{day:02d}",
        rf"{days}{gap}(?:{words})\w*\.?{gap}{years}",
        rf"(?:{words})\w*\.?{gap}{days}(?:st|nd|rd|th)?{gap}{years}",
    )
    for order in orders:
        yield from (match.span() for match in re.finditer(rf"(?<!\d){order}(?!\d)", text, re.IGNORECASE))
