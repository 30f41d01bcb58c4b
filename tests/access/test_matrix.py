"""The access matrix: every route, method and person. A route without a row fails, and so does a row without a route."""

import pytest
from django.test import Client

from tests.access.asking import hear, made
from tests.access.doors import told
from tests.access.people import WHO
from tests.access.routes import methods, routes
from tests.access.row import Row
from tests.access.table import NOT_HERE, ROWS
from tests.cast import World


def test_every_route_and_method_has_a_row() -> None:
    here = {(name, method) for name, pattern in routes() if not _elsewhere(name) for method in methods(pattern)}
    listed = {(row.route, row.method) for row in ROWS}
    assert here - listed == set(), "routes without a row"
    assert listed - here == set(), "rows without a route"


def test_no_exemption_is_stale() -> None:
    names = {name for name, _ in routes()}
    stale = [entry for entry in NOT_HERE if not any(name.startswith(entry) for name in names)]
    assert stale == []


def _elsewhere(name: str) -> bool:
    return any(name.startswith(entry) for entry in NOT_HERE)


@pytest.mark.ci
@pytest.mark.usefixtures("own_cache")  # proofs are counted for a minute, and many rows ask for one
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method}-{row.route}")
def test_who_may_come_in(world: World, everybody: dict[str, Client], row: Row) -> None:
    """And whoever belongs nowhere is told whom to ask, a machine what its token is not for."""
    with made(row.arguments, world):
        found = {who: hear(everybody[who], row, world) for who in WHO}
    assert {who: heard.verdict for who, heard in found.items()} == {who: row.expected(who) for who in WHO}
    for who, words in told(row):
        assert words in found[who].text, who
