"""How many queries each page and each answer of the API may take, counted on a second look by somebody who may come in.

A budget is a ceiling, and no ceiling is far above what was counted: who saves a query lowers the number here too.
"""

from collections import defaultdict

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.access.people import WHO
from tests.access.query_budgets import BUDGETS
from tests.access.row import Row
from tests.access.table import ROWS
from tests.cast import World, client_for

pytestmark = pytest.mark.ci

SLACK = 2  # a session that is renewed, a cache that was cold
READ = [
    row
    for row in ROWS
    if row.method == "GET" and set(row.ok) & (set(WHO) - {"anonymous", "nobody", "platform", "machine"})
]
PAGES = defaultdict(list)
for _row in READ:
    PAGES[_row.route].append(_row)


def test_every_page_has_a_budget_and_no_budget_is_stale() -> None:
    assert set(BUDGETS) == set(PAGES)


@pytest.mark.parametrize("route", sorted(PAGES))
def test_a_page_keeps_to_its_queries(world: World, mirror: World, route: str) -> None:
    most = max(_count(row, world, mirror) for row in PAGES[route])
    assert most <= BUDGETS[route], "more queries than this page may take"
    assert most >= BUDGETS[route] - SLACK, "fewer queries than the budget: lower it"


def _count(row: Row, world: World, mirror: World) -> int:
    """The queries of the second request of the first of those who may come in."""
    who = min(set(row.ok) & {*world.people, "mirrored"}, key=WHO.index)
    client = client_for(mirror.asker if who == "mirrored" else world.people[who])
    address = reverse(row.route, kwargs=row.arguments(world)) + row.query
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
        if response.streaming:
            b"".join(response)
    return len(queries)
