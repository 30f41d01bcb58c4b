"""Each door of a page or of the API is taken out in turn, and the access matrix must notice.

A door out of which somebody falls into an error is noticed too: the matrix gives nobody a right to a 500.
"""

import pytest
from django.test import Client

from tests.access.doors import Door, answers_no_other_method, doors, notices
from tests.access.routes import routes
from tests.access.table import NOT_HERE
from tests.cast import World

DOORS = list(doors())


@pytest.mark.ci
def test_no_page_answers_a_method_that_it_has_no_row_for(world: World, everybody: dict[str, Client]) -> None:
    pages = [route for route, _ in routes() if not route.startswith((*NOT_HERE, "api-"))]
    for route in pages:
        answers_no_other_method(route, world, everybody["asker"])


def test_every_route_has_a_door() -> None:
    """Of pages, somebody signed in and a method; of the API, its permission."""
    names = {door.name for door in DOORS}
    for route, pattern in routes():
        if not route.startswith(tuple(NOT_HERE)) and route not in OPEN:
            has = {f"{route}: permission"} if hasattr(pattern.callback, "cls") else {f"{route}: own_affairs"}
            assert has <= names, route


OPEN = {"accounts:accept_invitation", "accounts:confirm_address"}  # for whoever holds the link


@pytest.mark.deep
@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_door_that_is_gone_is_missed(door: Door, world: World, everybody: dict[str, Client]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for client in everybody.values():
            patch.setattr(client, "raise_request_exception", False)  # an error is an answer
        door.take_out(patch)
        with pytest.raises(AssertionError):
            notices(door, world, everybody)
    notices(door, world, everybody)
