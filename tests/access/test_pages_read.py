"""What a page of a list, and the question of the tile server, read does not grow with the data.

Pages of 8 kB are counted, never seconds. The worlds are those of `make bench-access`, small.
"""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from benchmarks.access_figures import GROWTH, grown_by
from benchmarks.access_take import Cells, pages, people, slides, tell
from benchmarks.access_world import Size, disagreements, fill
from tests import databases

pytestmark = pytest.mark.ci
LARGE = Size(labs=7, places=10, cases=30_000, requests=15_000)
SMALL = LARGE.tenth()
MEASURED = ("typical", "power", "home-heavy", "deputy of power")
ONE_STATEMENT = 1


@pytest.fixture(scope="module")
def worlds(world_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[Size, str]]:
    """A database for each size, and the run's own again afterwards."""
    names = {size: f"test_bench_{size.cases}_{os.getpid()}" for size in (SMALL, LARGE)}
    before = settings.DATABASES["default"]["NAME"]
    with django_db_blocker.unblock():
        for size, name in names.items():
            databases.clone(name, databases.ensure_template())
            databases.use(name)
            with databases.as_owner() as owner:
                fill(owner, size, tell)
        yield names
        databases.use(before)
    for name in names.values():
        databases.drop(name)


@pytest.fixture(scope="module")
def taken(worlds: dict[Size, str]) -> dict[Size, Cells]:
    """What every list page and slide of one person of each kind reads."""
    found = {}
    for size, name in worlds.items():
        databases.use(name)
        with connection.cursor() as cursor:
            # A small table is cheaper read whole and hashed; what is compared is how a large one is read.
            cursor.execute("SET enable_hashjoin = off; SET enable_mergejoin = off")
        who_is = {who: actors[-1:] for who, actors in people(size).items() if who in MEASURED}
        found[size] = pages(who_is, labs=2, rounds=0) | slides(size, who_is, rounds=0)
    return found


def test_the_world_is_what_the_workflows_would_have_made(worlds: dict[Size, str]) -> None:
    for size, name in worlds.items():
        databases.use(name)
        assert set(disagreements(size).values()) == {0}


def test_ten_times_the_data_reads_hardly_more(taken: dict[Size, Cells]) -> None:
    grown = grown_by(taken[SMALL], taken[LARGE])
    too_much = {kind: round(times, 2) for kind, times in grown.items() if kind[0] != "search" and times >= GROWTH}
    assert too_much == {}


def test_no_list_is_missing(taken: dict[Size, Cells]) -> None:
    lists = {name for name, _who, _kind in taken[LARGE]}
    views = {f"requests.{name}" for name in ("mine", "asked", "waiting", "lab", "done", "api")}
    assert lists == {"cases", "needs", "search", "slide"} | views


def test_full_pages_were_measured(taken: dict[Size, Cells]) -> None:
    """Else nothing would have been read in either world."""
    first = {(name, who): cells[0].rows for (name, who, kind), cells in taken[SMALL].items() if kind == "first"}
    for name, who in (
        ("cases", "home-heavy"),
        ("cases", "power"),
        ("requests.mine", "power"),
        ("requests.lab", "power"),
    ):
        assert first[name, who] == 50, (name, who)


def test_a_slide_is_one_statement(taken: dict[Size, Cells]) -> None:
    asked = [each for (name, *_), cells in taken[LARGE].items() if name == "slide" for each in cells]
    assert {each.statements for each in asked} == {ONE_STATEMENT}
    assert {each.rows for each in asked} == {0, 1}
