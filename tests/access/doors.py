"""Every door that is taken out in turn (test_doors_removed.py): what stands before the view of a route.

Read from the routes: the decorators of a page that ask for somebody signed in, for a member, for a method; the
permission of a view of the API, and what it asks of a machine. Who notices is asked with the rows of the matrix. That a
page is held to its membership is asked of every door elsewhere (tests/accounts/test_other_membership.py).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from accounts.scopes import Scope
from core.web.api.permissions import OutOfScope
from tests.access.asking import hear
from tests.access.routes import routes
from tests.access.row import Row
from tests.access.table import NOT_HERE, ROWS
from tests.cast import World

TakeOut = Callable[[pytest.MonkeyPatch], None]
WITHOUT_A_PLACE = ("anonymous", "nobody", "platform")  # not signed in, or a member of nothing
DECORATORS: dict[str, tuple[tuple[str, ...], str]] = {
    "own_affairs": (WITHOUT_A_PLACE, ""),  # inside person_required and member_required, too
    "member_required": (WITHOUT_A_PLACE, "You belong to no laboratory at the moment."),
    "require_http_methods": ((), ""),
}


@dataclass(frozen=True)
class Door:
    """What is taken out before a route, and who is asked there; nobody: the other methods are asked for."""

    name: str
    route: str
    take_out: TakeOut
    people: tuple[str, ...]
    method: str = ""  # the only one concerned
    words: str = ""  # in which somebody signed in is refused


def doors() -> Iterator[Door]:
    """All of them."""
    for route, pattern in routes():
        if not route.startswith(tuple(NOT_HERE)):
            yield from _of_page(route, pattern)
            if api := getattr(pattern.callback, "cls", None):
                yield from _of_api(route, api)


def told(row: Row) -> Iterator[tuple[str, str]]:
    """Who is refused at this row (403), and the words that say why, where they are the same at many doors."""
    for door in _by_route()[row.route]:
        if door.words and door.method in {"", row.method}:
            yield from ((who, door.words) for who in door.people if row.expected(who) == "403")


@cache
def _by_route() -> dict[str, list[Door]]:
    found = defaultdict(list)
    for door in doors():
        found[door.route].append(door)
    return found


def _of_page(route: str, pattern: URLPattern) -> Iterator[Door]:
    found = list(layers(pattern.callback))
    for at, layer in enumerate(found[:-1]):
        made_by = layer.__code__.co_qualname.partition(".")[0]
        if made_by in DECORATORS:
            who, words = DECORATORS[made_by]
            yield Door(f"{route}: {made_by}", route, partial(_peel, pattern, found, at), who, words=words)


def layers(view: Any) -> Iterator[Any]:
    """The view as it is called, and each time what the decorator around it wraps; the last is the view itself."""
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def _peel(pattern: URLPattern, found: list[Any], at: int, patch: pytest.MonkeyPatch) -> None:
    """Put what a decorator wraps in the decorator's place: in the route, or in what is wrapped around it."""
    if at == 0:
        patch.setattr(pattern, "callback", found[1])
    else:
        around = next(cell for cell in found[at - 1].__closure__ if cell.cell_contents is found[at])
        patch.setattr(around, "cell_contents", found[at + 1])


def _of_api(route: str, view: Any) -> Iterator[Door]:
    """The permission; for each method for people, that it is for people; for each that asks a machine for more than
    reading cases, which every token may, that it asks for more."""
    if view.permission_classes:
        out = partial(_set, view, "permission_classes", [])
        yield Door(f"{route}: permission", route, out, (*WITHOUT_A_PLACE, "machine"))
    asked = getattr(view, "scopes", {})
    for method in sorted(row.method for row in ROWS if row.route == route):
        if asked.get(method) != Scope.CASES_READ:
            out = partial(_set, view, "scopes", {**asked, method: Scope.CASES_READ})
            yield Door(f"{route}: {method} of machines", route, out, ("machine",), method, OutOfScope.code)


def _set(view: Any, name: str, value: object, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(view, name, value, raising=False)


def notices(door: Door, world: World, everybody: dict[str, Client]) -> None:
    """Fails where somebody comes in, or gets further than a refusal, who hears something else by the matrix."""
    if not door.people:
        answers_no_other_method(door.route, world, everybody["asker"])
    for row in _rows(door.route):
        for who in door.people:
            if row.method == door.method or not door.method:
                heard, expected = hear(everybody[who], row, world), row.expected(who)
                assert heard.verdict == expected, f"{who}: {row.method}"
                assert expected != "403" or door.words in heard.text, f"{who}: {row.method}"


def answers_no_other_method(route: str, world: World, client: Client) -> None:
    """Every method without a row is answered with 405."""
    rows = _rows(route)
    address = reverse(route, kwargs=rows[0].arguments(world))
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - {row.method for row in rows}:
        assert client.generic(method, address).status_code == 405, method


def _rows(route: str) -> list[Row]:
    return [row for row in ROWS if row.route == route]
