"""Steps of the timeline as people read them, oldest first, for every page that tells what happened to a noun.

One order and one form for all of them: what happened is read as a history, and what comes next continues below it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.workflow.machine import step_words
from core.workflow.models import TimelineEntry

MOST = 100


@dataclass(frozen=True, slots=True)
class Event:
    """One line of templates/components/timeline.html; the time is shown with its zone, since two may meet."""

    icon: str
    title: str
    detail: str
    reason: str
    at: datetime
    zone: str = "zone"


@dataclass(frozen=True, slots=True)
class Events:
    """The newest MOST steps, oldest first; `is_cut` where there were earlier ones."""

    lines: list[Event]
    is_cut: bool


def events(entries: QuerySet[TimelineEntry], icons: Mapping[str, str], *, with_reasons: bool = True) -> Events:
    """The steps in words: what happened, to which piece, who did it for which laboratory, when. One query.

    `icons` is by action. Without reasons for readers who may not know what people wrote.
    """
    newest = list(entries.order_by("-at", "-id")[: MOST + 1])
    lines = [_event(entry, icons, with_reasons) for entry in reversed(newest[:MOST])]
    return Events(lines, is_cut=len(newest) > MOST)


def _event(entry: TimelineEntry, icons: Mapping[str, str], with_reason: bool) -> Event:
    title = step_words(entry.noun, entry.from_status, entry.action)
    if about := entry.facts.get("label"):
        title = _("%(step)s: %(label)s") % {"step": title, "label": about}
    return Event(
        icon=icons.get(entry.action, "dot"),
        title=title,
        detail=", ".join(part for part in (entry.person_name, entry.organisation_name) if part),
        reason=entry.reason if with_reason else "",
        at=entry.at,
    )
