"""Every way of asking what somebody may see, each held against the tables (oracle.py): for the stateful test."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.test import Client
from django.urls import reverse

from cases.access.pages import case_page
from cases.access.queries import get_case, may_see_slide, visible_among, visible_cases, visible_slides
from cases.finding import find_cases, typed
from core.actor import Actor
from core.errors import Hidden
from slides.queries import slide_for_tiles
from tests.access.oracle import Known
from tests.cast import CANARY

WORD = "zonnedauw"  # stands in the history of every case that a test makes, and nowhere else
ROW = re.compile(r'href="/cases/([0-9a-f-]{36})/"')


@dataclass(frozen=True)
class Things:
    """The cases and slides that a test made, each slide with an image; the rest of the world is in the lists only."""

    cases: frozenset[UUID]
    slides: frozenset[UUID]


def code_agrees(actor: Actor, known: Known, made: Things) -> None:
    """List, count, single objects, slides and search, as the rooms ask one another."""
    here = known.cases & made.cases
    assert set(visible_cases(actor).values_list("pk", flat=True)) == known.cases
    assert visible_cases(actor).count() == len(known.cases)
    assert {case.pk for case in case_page(actor, size=200).cases} == known.cases
    assert {case.pk for case in visible_among(actor, made.cases)} == here
    assert {case for case in made.cases if _opens(actor, case)} == here
    assert set(visible_slides(actor).values_list("pk", flat=True)) == known.slides
    assert {slide for slide in made.slides if may_see_slide(actor, slide)} == known.slides & made.slides
    assert {view.id for view in find_cases(actor, typed(WORD), size=200).things} == here
    assert {view.id for view in find_cases(actor, typed(CANARY), size=200).things} == known.named


def _opens(actor: Actor, case: UUID) -> bool:
    try:
        get_case(actor, case)
    except Hidden:
        return False
    return True


def doors_agree(client: Client, known: Known, made: Things) -> None:
    """The same through the pages, the API with every page of its list, the search box and the tile process's gate."""
    here = known.cases & made.cases
    assert {UUID(each) for each in ROW.findall(client.get(reverse("cases:list")).content.decode())} >= here
    assert _open(client, "cases:detail", "case_id", made.cases) == here
    assert _open(client, "api-case", "case_id", made.cases) == here
    assert _open(client, "slides:meta", "slide_id", made.slides) == known.slides & made.slides
    assert _listed(client) == known.cases
    found = client.post(reverse("api-search"), {"text": WORD}, "application/json").json()
    hits = [hit["id"] for group in found["results"] if group["kind"] == "case" for hit in group["hits"]]
    assert {UUID(each) for each in hits} == here
    key = client.session.session_key or ""
    tiles = {slide for slide in made.slides if slide_for_tiles(key, str(slide)).status == 200}
    assert tiles == known.slides & made.slides


def _open(client: Client, route: str, argument: str, keys: Collection[UUID]) -> set[UUID]:
    answers = {key: client.get(reverse(route, kwargs={argument: key})).status_code for key in keys}
    assert set(answers.values()) <= {200, 404}
    return {key for key, status in answers.items() if status == 200}


def _listed(client: Client) -> set[UUID]:
    """What a program takes out of the API, page by page."""
    found: set[UUID] = set()
    after: dict[str, str] = {}
    while True:
        page = client.get(reverse("api-cases"), after).json()
        found |= {UUID(each["id"]) for each in page["results"]}
        if not page["after"]:
            return found
        assert page["after"] != after.get("after"), "the next page is the same again"
        after = {"after": page["after"]}
