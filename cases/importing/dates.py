"""Reads dates that cannot be misread: ISO, or numbers of which only one can be the day; else refused with why."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
PARTIAL = re.compile(r"(\d{4})(?:-(\d{1,2}))?")
NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
SHORT_YEAR = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}")
TIME = re.compile(r"[T\s]+(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?$")

Parts = tuple[int, int | None, int | None]


class Unclear(ValueError):
    """A date that cannot be taken; the message is a sentence for a person."""


def month_first(values: Iterable[str]) -> bool:
    """Whether some date of a column can only have the month first: then none of them that could be either is clear."""
    found = (NUMBERS.fullmatch(TIME.sub("", value)) for value in values)
    return any(match and int(match[1]) <= 12 < int(match[3]) <= 31 for match in found)


def read_partial(value: str, *, suspicious: bool = False) -> Parts:
    """(year, month, day), the latter two perhaps None. Raises Unclear. `suspicious` is what `month_first` found."""
    if whole := PARTIAL.fullmatch(value):
        return _checked(int(whole[1]), int(whole[2]) if whole[2] else None, None)
    day = read_day(value, suspicious=suspicious)
    return day.year, day.month, day.day


def read_day(value: str, *, suspicious: bool = False) -> date:
    """A whole date. Raises Unclear with why it is refused."""
    if iso := ISO.fullmatch(value):
        year, month, day = _checked(int(iso[1]), int(iso[2]), int(iso[3]))
        return date(year, month or 1, day or 1)
    if SHORT_YEAR.fullmatch(value):
        raise Unclear(_("Two digits of a year are not clear. Write it as year-month-day, for example 1956-11-05."))
    numbers = NUMBERS.fullmatch(value)
    if numbers is None:
        raise Unclear(_("This is not a date. Write it as year-month-day, for example 1956-11-05."))
    first, second, year = int(numbers[1]), int(numbers[3]), int(numbers[4])
    if suspicious:
        raise Unclear(_("Another date in this column has the month first, so it is not clear which number is the day."))
    # No language decides: a person with English pages also sends what a machine or a colleague elsewhere wrote.
    if first <= 12 and second <= 12 and first != second:
        message = _("It is not clear which number is the day and which the month. Write it as year-month-day.")
        raise Unclear(message)
    year, month, day = _checked(year, second, first)
    return date(year, month or 1, day or 1)


def read_moment(value: str, zone: ZoneInfo, *, suspicious: bool = False) -> datetime:
    """A day, or a day with a time, in the laboratory's time zone; a day alone is its noon. Raises Unclear."""
    clock = TIME.search(value)
    day = read_day(TIME.sub("", value), suspicious=suspicious)
    if clock is None:
        return datetime.combine(day, time(12), zone)
    try:
        return datetime.combine(day, time(int(clock[1]), int(clock[2])), zone)
    except ValueError as error:
        raise Unclear(_("This time does not exist.")) from error


def _checked(year: int, month: int | None, day: int | None) -> Parts:
    try:
        date(year, month or 1, day or 1)
    except ValueError as error:
        raise Unclear(_("This date does not exist.")) from error
    return year, month, day
