"""Finds in free text what says who a patient is: names, numbers, the days of birth and of receipt.

Pure: it knows words, no database.

It finds what the register knows, spelled with or without accents and separators. It cannot find a relative, an
address or an occupation; whoever shares a text under a pseudonym is told so.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from core.letters import plain
from core.web.dates import MONTHS

HIDDEN = "[…]"
SHORTEST_NUMBER = 4  # letters and digits; shorter ones are ages and counts
LONG_NUMBER = 6  # from here on nothing else: four digits may be a year
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
    """What is known of one patient: names, numbers (of the patient and of the case), and the date of birth.

    `given` are those of `names` that are given names, `received` is the day on which the laboratory got the case,
    `former_days` are dates of birth that were corrected.
    """

    names: Collection[str]
    numbers: Collection[str]
    birth: Birth
    given: Collection[str] = ()
    received: date | None = None
    former_days: Collection[Birth] = ()


def found_in(text: str, known: Known) -> list[str]:
    """What in the text says who it is, as it is written there, each once, in the order of the text."""
    return list(dict.fromkeys(text[start:end] for start, end in _spans(text, known)))


def certain_in(text: str, known: Known) -> list[str]:
    """What in the text can be nothing else than this patient: a number, or given and family name together.

    A single word may be another word: a family name may be a colour. Each once, as it is written there.
    """
    spans = sorted([*_full_names(text, known), *_numbers(text, [n for n in known.numbers if _is_long(n)])])
    return list(dict.fromkeys(text[start:end] for start, end in spans))


def without_identity(text: str, known: Known) -> str:
    """The text with `HIDDEN` in place of what says who it is."""
    parts, done = [], 0
    for start, end in _spans(text, known):
        parts += [text[done:start], HIDDEN]
        done = end
    return "".join([*parts, text[done:]])


def _spans(text: str, known: Known) -> list[Span]:
    """Places in the text, in order, none within another."""
    days = [known.birth, *known.former_days]
    if known.received:
        days.append((known.received.year, known.received.month, known.received.day))
    dates = [span for day in days for span in _dates(text, day)]
    found = sorted([*_names(text, known.names), *_numbers(text, known.numbers), *dates])
    kept: list[Span] = []
    for start, end in found:
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept


_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)


def _names(text: str, names: Collection[str]) -> Iterator[Span]:
    wanted = _words_of(names)
    for match in _WORD.finditer(text):
        if plain(match.group()) in wanted:
            yield match.span()


def _words_of(names: Collection[str]) -> set[str]:
    words = {plain(word) for name in names for word in _WORD.findall(name)}
    return {word for word in words if len(word) > 1 and word not in PARTICLES}


def _full_names(text: str, known: Known) -> Iterator[Span]:
    """Runs of words that are names of the patient, a given and another one among them; initials may stand between."""
    given = _words_of(known.given)
    others = _words_of([name for name in known.names if name not in known.given])
    run: list[re.Match[str]] = []
    for match in [*_WORD.finditer(text), None]:
        word = plain(match.group()) if match else ""
        joins = not run or (match is not None and _JOINS.fullmatch(text, run[-1].end(), match.start()))
        between = run and match and (word in PARTICLES or (len(word) == 1 and match.group().isupper()))
        if match and joins and (between or word in given | others):
            run.append(match)
        else:
            found = {plain(each.group()) for each in run}
            if any(found - {one} & others for one in found & given):
                yield run[0].start(), run[-1].end()
            run = [match] if match and word in given | others else []


_JOINS = re.compile(r"[\s,.–-]{1,3}")


def _is_long(number: str) -> bool:
    """Whether it cannot be a year or a count."""
    return sum(sign.isalnum() for sign in number) >= LONG_NUMBER


def _numbers(text: str, numbers: Collection[str]) -> Iterator[Span]:
    for number in numbers:
        signs = [re.escape(sign) for sign in number if sign.isalnum()]
        if len(signs) >= SHORTEST_NUMBER:
            pattern = r"[\s./–-]*".join(signs)
            yield from (match.span() for match in re.finditer(rf"(?<![^\W_]){pattern}(?![^\W_])", text, re.IGNORECASE))


# Months as they are written out where that does not begin as the short name does, and without accents.
WRITTEN_OUT = {2: ("fevr",), 3: ("maart",), 8: ("aout",)}


def _dates(text: str, day_of: Birth) -> Iterator[Span]:
    """The whole date, the year with four digits or two, the month as a number or in a word of the four languages."""
    year, month, day = day_of
    if year is None or month is None or day is None:
        return
    years, months, days = f"(?:{year}|['’]?{year % 100:02d})", f"0?{month}", f"0?{day}"
    short = {names[month - 1].rstrip(".") for names in MONTHS.values()} | set(WRITTEN_OUT.get(month, ()))
    words = "|".join(sorted(map(re.escape, short)))
    nth = r"(?:st|nd|rd|th|er|de|ste|e|:e)?"
    gap = r"[\s./,–-]*"
    between = rf"{nth}{gap}(?:(?:of|de|den)\s+)?"
    sep = r"[\s./–-]+"
    orders = (
        rf"{days}{sep}{months}{sep}{years}",
        rf"{months}{sep}{days}{sep}{years}",
        rf"{years}{sep}{months}{sep}{days}",
        rf"(?:{year}|{year % 100:02d}){month:02d}{day:02d}",
        rf"{day:02d}{month:02d}{year}",
        rf"{days}{between}(?:{words})\w*\.?{gap}{years}",
        rf"(?:{words})\w*\.?{gap}{days}{nth}[\s./,–-]+{years}",
        rf"{year}{gap}(?:{words})\w*\.?{gap}{days}",
    )
    for order in orders:
        yield from (match.span() for match in re.finditer(rf"(?<!\d){order}(?!\d)", text, re.IGNORECASE))
