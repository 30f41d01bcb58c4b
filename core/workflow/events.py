"""Steps of the timeline as people read them, oldest first, for every page that tells what happened to a noun.

One order and one form for all of them: what happened is read as a history, and what comes next continues below it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.workflow.machine import step_words
from core.workflow.models import TimelineEntry

MOST = 100
Named = Mapping[str, Callable[[Collection[UUID]], Mapping[UUID, str]]]  # by noun
KnownAt = Callable[[datetime], datetime | None]
KnownText = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of templates/components/timeline.html; the time is shown with its zone, since two may meet.

    `at` is None and `year` there for a reader who may not know the day.
    """

    icon: str
    title: str
    detail: str
    reason: str
    at: datetime | None
    year: int
    zone: str = "zone"


@dataclass(frozen=True, slots=True)
class Events:
    """The newest MOST steps, oldest first; `is_cut` where there were earlier ones."""

    lines: list[Event]
    is_cut: bool


def events(
    entries: QuerySet[TimelineEntry],
    icons: Mapping[str, str],
    *,
    with_reasons: bool = True,
    named: Named | None = None,
    known_at: KnownAt | None = None,
    known_text: KnownText = str,
) -> Events:
    """The steps in words: what happened, to which piece, who did it for which laboratory, when. One query.

    `icons` is by action. A step without a `label` in its facts is about what `named` calls its noun: one more query for
    each noun there that has steps. Without reasons for readers who may not know what people wrote; `known_at` gives the
    moment as the reader may know it, None for its year alone, and `known_text` what somebody wrote as a reason.
    """
    newest = list(entries.order_by("-at", "-id")[: MOST + 1])
    names = _names(newest[:MOST], named or {})
    text = known_text if with_reasons else _nothing
    lines = [_event(entry, icons, names, text, known_at) for entry in reversed(newest[:MOST])]
    return Events(lines, is_cut=len(newest) > MOST)


def _names(entries: Sequence[TimelineEntry], named: Named) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for noun, names_of in named.items():
        if keys := {entry.noun_id for entry in entries if entry.noun == noun}:
            found |= names_of(keys)
    return found


def _nothing(_reason: str) -> str:
    return ""


def _event(
    entry: TimelineEntry,
    icons: Mapping[str, str],
    names: Mapping[UUID, str],
    known_text: KnownText,
    known_at: KnownAt | None,
) -> Event:
    title = step_words(entry.noun, entry.from_status, entry.action)
    if about := entry.facts.get("label") or names.get(entry.noun_id):
        title = _("%(step)s: %(label)s") % {"step": title, "label": about}
    return Event(
        icon=icons.get(entry.action, "dot"),
        title=title,
        detail=", ".join(part for part in (entry.person_name, entry.organisation_name) if part),
        reason=known_text(entry.reason),
        at=known_at(entry.at) if known_at else entry.at,
        year=entry.at.year,
    )
