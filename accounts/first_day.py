"""The day on which a membership begins: typed as a day, kept as the moment at which it begins in the laboratory."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.errors import Invalid

LONGEST_AHEAD = timedelta(days=366)


def day_of(organisation: Organisation, moment: datetime) -> date:
    """The day that it is there at this moment."""
    return moment.astimezone(ZoneInfo(organisation.time_zone)).date()


def begins(organisation: Organisation, day: date | None, at: datetime) -> datetime:
    """The moment at which this day begins there, and `at` where that has passed or no day is stated."""
    return at if day is None else max(at, datetime.combine(day, time.min, ZoneInfo(organisation.time_zone)))


def check(organisation: Organisation, day: date | None, at: datetime) -> None:
    """Raise Invalid at `first_day` for a day that has passed there, or is more than a year away."""
    if day is None:
        return
    today = day_of(organisation, at)
    if day < today:
        raise Invalid(_("This day has passed."), fields={"first_day": _("Choose today or a later day.")})
    if day > today + LONGEST_AHEAD:
        words = _("Choose a day within a year.")
        raise Invalid(words, fields={"first_day": words})
