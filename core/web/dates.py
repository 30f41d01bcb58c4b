"""How clinical dates, times and ages read: day, short month in words, year, 24 hours, in every language.

05/11/1956 is May in one country and November in the next, so a month is never a bare number on a clinical screen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "sv": ("jan.", "feb.", "mars", "apr.", "maj", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "dec."),
}
NEWBORN_DAYS = 28
INFANT_MONTHS = 24


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which only the year, or only the year and the month, may be known. Raises ValueError if it is none."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise ValueError("A day without a month is no date.")
        date(self.year, self.month or 1, self.day or 1)

    @property
    def earliest(self) -> date:
        """The first day it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day it can mean."""
        if self.day is not None:
            return self.earliest
        if self.month is None:
            return date(self.year, 12, 31)
        return (date(self.year, self.month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    def isoformat(self) -> str:
        """1956, 1956-11 or 1956-11-05, as FHIR writes partial dates."""
        parts = [f"{self.year:04d}"]
        if self.month is not None:
            parts.append(f"{self.month:02d}")
        if self.day is not None:
            parts.append(f"{self.day:02d}")
        return "-".join(parts)


def as_partial(value: object) -> PartialDate | None:
    """A PartialDate from a PartialDate, a date, a mapping or anything with year, month and day; None stays None."""
    if value is None or isinstance(value, PartialDate):
        return value
    if isinstance(value, Mapping):
        year, month, day = value.get("year"), value.get("month"), value.get("day")
    else:
        year, month, day = getattr(value, "year", None), getattr(value, "month", None), getattr(value, "day", None)
    return PartialDate(int(year), month or None, day or None) if year else None


def month_name(month: int, language: str | None = None) -> str:
    """The short month name of the active (or given) language; English where it is none of ours."""
    base = (language or get_language() or "en").split("-")[0]
    return MONTHS.get(base, MONTHS["en"])[month - 1]


def clinical_date(value: date, language: str | None = None) -> str:
    """05 Nov 2026. A datetime with a zone is first brought into the viewer's."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value.day:02d} {month_name(value.month, language)} {value.year:04d}"


def clinical_time(value: datetime, *, zone: bool = False) -> str:
    """14:30, or 14:30 CET when the zone is asked for."""
    if timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value:%H:%M} {value.tzname() or ''}".rstrip() if zone else f"{value:%H:%M}"


def clinical_datetime(value: datetime, *, zone: bool = False, language: str | None = None) -> str:
    """05 Nov 2026 14:30, with CET at the end when the zone is asked for."""
    return f"{clinical_date(value, language)} {clinical_time(value, zone=zone)}"


def partial_text(value: PartialDate, language: str | None = None) -> str:
    """05 Nov 1956, Nov 1956 or 1956: never more than is known."""
    if value.month is None:
        return f"{value.year:04d}"
    if value.day is None:
        return f"{month_name(value.month, language)} {value.year:04d}"
    return clinical_date(value.earliest, language)


def months_between(born: date, on: date) -> int:
    """Whole months lived. Born on the 31st, a month is complete on the last day of a shorter month's successor."""
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def age_text(born: PartialDate, on: date) -> str:
    """The age in words on a day: "70", "69 or 70" when the birth date is partial, days or months for the youngest.

    Empty when the birth date lies after `on`.
    """
    if born.earliest > on:
        return ""
    if born.day is not None:
        days = (on - born.earliest).days
        if days < NEWBORN_DAYS:
            return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
        months = months_between(born.earliest, on)
        if months < INFANT_MONTHS:
            return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    oldest = months_between(born.earliest, on) // 12
    youngest = months_between(min(born.latest, on), on) // 12
    if oldest == youngest:
        return str(oldest)
    return _("%(low)d or %(high)d") % {"low": youngest, "high": oldest}
