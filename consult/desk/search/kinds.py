"""What is searched: each kind finds its own, and the record says which were searched and how many were found."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.finding import find_colleagues
from accounts.roles import SEE_HOME_CASES
from cases.finding import find_cases, find_patients, typed
from cases.looks import patients_shown
from consult.desk.audit_names import SEARCHED
from consult.desk.search import hits, limit
from consult.desk.search.hits import Hit
from consult.desk.search.pages import find_pages
from consult.reports.finding import find_reports
from consult.requests.finding import find_requests
from core.actor import Actor
from core.audit.record import record
from core.search.find import Found, Position

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST = 200  # signs of what is typed
NOBODY = UUID(int=0)
Finder = Callable[[Actor, str, int, Position | None], Found[Hit]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing: its code, its words for a heading, its icon, whose it is, and how it is found."""

    name: str
    label: "StrOrPromise"
    icon: str
    find: Finder
    is_for: Callable[[Actor], bool] = lambda actor: True


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of a kind, where to go on (None at the end), and whether not everything was looked through."""

    kind: Kind
    hits: list[Hit]
    after: Position | None
    is_cut: bool


def _patients(actor: Actor, text: str, size: int, after: Position | None) -> Found[Hit]:
    found = find_patients(actor, typed(text), size=size, after=after)
    return Found([hits.of_patient(each) for each in found.things], found.after, found.is_cut)


def _cases(actor: Actor, text: str, size: int, after: Position | None) -> Found[Hit]:
    found = find_cases(actor, typed(text), size=size, after=after)
    return Found([hits.of_case(each) for each in found.things], found.after, found.is_cut)


def _requests(actor: Actor, text: str, size: int, after: Position | None) -> Found[Hit]:
    found = find_requests(actor, typed(text), size=size, after=after)
    return Found([hits.of_request(each) for each in found.things], found.after, found.is_cut)


def _reports(actor: Actor, text: str, size: int, after: Position | None) -> Found[Hit]:
    found = find_reports(actor, typed(text), size=size, after=after)
    return Found([hits.of_report(each) for each in found.things], found.after, found.is_cut)


def _people(actor: Actor, text: str, size: int, after: Position | None) -> Found[Hit]:
    start = after.rank if after else 0
    if not typed(text):
        return Found([])
    people, more = find_colleagues(actor, text, size=size, start=start)
    return Found([hits.of_person(each) for each in people], Position(0, 0, "", more, NOBODY) if more else None)


def _pages(actor: Actor, text: str, size: int, after: Position | None) -> Found[Hit]:
    return Found(find_pages(actor, text))


def _sees_register(actor: Actor) -> bool:
    return actor.role in SEE_HOME_CASES


KINDS = (
    Kind("patient", _("Patients"), "person", _patients, _sees_register),
    Kind("case", _("Cases"), "folder2-open", _cases),
    Kind("request", _("Requests"), "arrow-right-circle", _requests),
    Kind("report", _("Reports"), "file-earmark-text", _reports),
    Kind("person", _("People"), "people", _people),
    Kind("page", _("Go to"), "arrow-return-right", _pages),
)


def kinds_for(actor: Actor) -> list[Kind]:
    """The kinds that this actor searches."""
    return [kind for kind in KINDS if kind.is_for(actor)]


def is_searched(text: str) -> bool:
    """Whether the text is long enough to search by."""
    return bool(typed(text[:LONGEST]))


def search(
    actor: Actor, text: str, *, by: str, size: int, kinds: Collection[str] = (), after: Position | None = None
) -> list[Group]:
    """What was found of each kind (of all where none is named), without the kinds of which nothing was.

    `by` says through what it was searched: palette, page or api. `after` continues the only kind named. Leaves one row
    in the record, which never holds what was typed; a text too short to search by finds pages alone and leaves none.
    Raises TooMany.
    """
    text = text[:LONGEST]
    asked = [kind for kind in kinds_for(actor) if not kinds or kind.name in kinds]
    if not is_searched(text):
        asked = [kind for kind in asked if kind.name == "page"]
    else:
        limit.count(actor)
    groups = []
    for kind in asked:
        found = kind.find(actor, text, size, after)
        groups.append(Group(kind, found.things, found.after, found.is_cut))
    patients_shown(actor, filter(None, (hit.patient for group in groups for hit in group.hits)))
    if is_searched(text):
        counts = {group.kind.name: len(group.hits) for group in groups if group.kind.name != "page"}
        record(actor, SEARCHED, facts={"by": by, "found": counts, "is_first": after is None})
    return [group for group in groups if group.hits or group.is_cut]
