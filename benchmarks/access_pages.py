"""What is measured of a person: every page of every list, with every filter, as the views build it.

A probe builds one page through the same functions as the pages and the API, the rows and the numbers on the tabs
included, and answers how many rows it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import QuerySet

from accounts.roles import SEE_HOME_CASES
from cases.access.pages import Filters as CaseFilters
from cases.access.pages import case_page
from cases.paging import Key
from cases.states import Status as CaseStatus
from cases.views.list import rows as case_rows
from consult.desk.needs import needs
from consult.desk.queries import View, views_for
from consult.desk.search.kinds import kinds_for
from consult.requests.models import ConsultRequest
from consult.requests.queries import BY_START, Filters, Order, asked_by, asked_to, count, of_lab, page
from consult.requests.rows import rows
from core import clock, terms
from core.actor import Actor

BACK = timedelta(days=180)
FIRST_KEY, LAST_KEY = UUID(int=0), UUID(int=2**128 - 1)
ORGANS = (0, 1, 5, 12, -1)  # from the most frequent to the rarest
SEARCHED = 20  # hits of each kind on a page
TYPED = {
    "a name": "jansen",
    "its beginning": "jan",
    "two names": "jansen anna",
    "a patient's number": "L123",
    "the beginning of an accession number": "T26-00",
    "a word": "nodule",
    "several words": "nodule left arm",
    "a name and a word": "jansen nodule",
    "a number of a request": "C-42",
    "a diagnosis": "melanoma",
    "nothing": "zzzz",
}
Parts = Callable[[Actor], Sequence[QuerySet[ConsultRequest]]]


@dataclass(frozen=True, slots=True)
class Probe:
    """One page: which list, which filter or page of it, and what builds it and says how many rows it has."""

    list: str
    kind: str
    build: Callable[[], int]

    @property
    def name(self) -> str:
        return f"{self.list}/{self.kind}"


def probes(actor: Actor, labs: list[UUID]) -> Iterator[Probe]:
    """Everything there is for this person. `labs` are those to filter by."""
    now = clock.now()
    yield from _of_cases(actor, now)
    for view in views_for(actor):
        yield from _of_view(actor, view, now, labs)
    yield Probe("needs", "cards", lambda: len(needs(actor)))
    yield from _of_api(actor)
    yield from searches(actor)


def searches(actor: Actor) -> Iterator[Probe]:
    """Every kind that this person searches, by what people type; a page of it."""
    for kind, text in TYPED.items():
        yield Probe("search", kind, partial(_search, actor, text))


def _search(actor: Actor, text: str) -> int:
    groups = [kind.find(actor, text, SEARCHED, None) for kind in kinds_for(actor) if kind.name != "page"]
    return sum(len(group.things) for group in groups)


def _organs() -> list[str]:
    codes = list(terms.codes("organ_systems"))
    return [codes[place] for place in ORGANS]


def _of_cases(actor: Actor, now: datetime) -> Iterator[Probe]:
    def build(filters: CaseFilters | None = None, after: Key | None = None) -> int:
        return len(case_rows(actor, case_page(actor, filters, after).cases))

    yield Probe("cases", "first", build)
    if after := case_page(actor).after:
        yield Probe("cases", "next", lambda: build(after=after))
    yield Probe("cases", "half a year back", lambda: build(after=(now - BACK, LAST_KEY)))
    chosen = [("status", CaseFilters(status=status)) for status in CaseStatus.values]
    chosen += [("priority", CaseFilters(priority=code)) for code in terms.codes("priorities")]
    chosen += [("organ", CaseFilters(organ_system=organ)) for organ in _organs()]
    chosen += [("open urgent", CaseFilters("open", "urgent"))]
    chosen += [("all three", CaseFilters("open", "urgent", organ)) for organ in _organs()]
    for kind, filters in chosen:
        yield Probe("cases", kind, partial(build, filters))


def _of_view(actor: Actor, view: View, now: datetime, labs: list[UUID]) -> Iterator[Probe]:
    def build(filters: Filters | None = None, after: Key | None = None) -> int:
        for other in views_for(actor):
            if other.is_counted:  # the number on its tab
                count(actor, other.parts(actor))
        return _page(actor, view.parts, view.order, filters, after)

    name = f"requests.{view.name}"
    yield Probe(name, "first", build)
    if after := page(actor, view.parts(actor), view.order).after:
        yield Probe(name, "next", lambda: build(after=after))
    edge = LAST_KEY if view.order.newest_first else FIRST_KEY
    yield Probe(name, "half a year back", lambda: build(after=(now - BACK, edge)))
    chosen = [("status", Filters(status=status)) for status in view.statuses]
    chosen += [("lab", Filters(lab=lab)) for lab in labs]
    chosen += [("organ", Filters(organ_system=organ)) for organ in _organs()]
    chosen += [("urgent", Filters(urgent=True))]
    chosen += [("all four", Filters(view.statuses[0], lab, organ, True)) for lab in labs[:2] for organ in _organs()]
    for kind, filters in chosen:
        yield Probe(name, kind, partial(build, filters))


def _of_api(actor: Actor) -> Iterator[Probe]:
    def parts(actor: Actor) -> list[QuerySet[ConsultRequest]]:
        return [asked_by(actor), asked_to(actor), *(of_lab(actor) if actor.role in SEE_HOME_CASES else [])]

    yield Probe("requests.api", "first", lambda: _page(actor, parts, BY_START, None, None))
    yield Probe("requests.api", "urgent", lambda: _page(actor, parts, BY_START, Filters(urgent=True), None))


def _page(actor: Actor, parts: Parts, order: Order, filters: Filters | None, after: Key | None) -> int:
    found = page(actor, parts(actor), order, filters=filters, after=after)
    return len(rows(actor, found.requests))
