"""More kinds of people before one case, own and foreign: what expired, was withdrawn, is not yet, is denied, ..."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cases.access.queries import may_see_slide
from core import clock
from tests.access.asking import answered
from tests.access.kinds import KINDS, Kind, put_denials
from tests.access.row import Row
from tests.access.table import ROWS
from tests.cast import CANARY, World, client_for

SEEING = {"asker", "colleague", "staff", "expert"}
FEW = {"cases:detail", "cases:access", "api-case", "slides:view"}


def _rows(world: World) -> list[tuple[Row, str]]:
    """The rows that look at the case that is sent, or its first slide; each with the name of its one argument."""
    found = {}
    things = {"case_id": world.case("sent").pk, "slide_id": world.slides("sent")[0].pk}
    for row in ROWS:
        if row.method == "GET" and row.route not in found:
            given = row.arguments(world) if row.arguments.__qualname__.startswith(("of_case", "of_slide")) else {}
            if given and set(given.items()) <= set(things.items()):
                found[row.route] = (row, *given)
    return list(found.values())


def holds(world: World, mirror: World, kind: Kind, routes: set[str] | None = None) -> None:
    """Every answer is what somebody like this hears, of the own world's case and of the same one elsewhere."""
    rows = [each for each in _rows(world) if routes is None or each[0].route in routes]
    assert rows
    client = client_for(world.expert) if kind.like == "anonymous" else None  # signed in before it ends
    actor = kind.make(world)
    with clock.travel(clock.now() + kind.later):
        client = client or client_for(actor)
        case, slides = world.case(kind.state), world.slides(kind.state)
        elsewhere, there = mirror.case(kind.state), mirror.slides(kind.state)
        away = kind.like if kind.like in {"anonymous", "nobody"} else "stranger"
        of_case = {"own": (kind.like, case.pk), "foreign": (away, elsewhere.pk)}
        of_slide = {
            "own": (kind.like, slides[0].pk),
            "unshared": (kind.unshared, slides[-1].pk),
            "foreign": (away, there[0].pk),
        }
        asked = [
            (row, name, *each) for row, name in rows for each in (of_case if name == "case_id" else of_slide).items()
        ]
        expected = {(row.route, label): row.expected(like) for row, _, label, (like, _) in asked}
        answers = {
            (row.route, label): _ask(client, row, {name: key}, silent=kind.is_blind or row.expected(like) != "in")
            for row, name, label, (like, key) in asked
        }
        assert answers == expected
        if kind.like not in {"anonymous", "nobody"}:
            opened = [may_see_slide(actor, slide.pk) for slide in (slides[0], slides[-1], there[0])]
            assert opened == [kind.like in SEEING, kind.unshared in SEEING, False]


def _ask(client: Client, row: Row, arguments: dict[str, object], *, silent: bool) -> str:
    with transaction.atomic():
        response = client.get(reverse(row.route, kwargs=arguments) + row.query)
        answer = answered(response)
        body = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]  # not async
        assert not silent or CANARY.lower() not in body.decode(errors="replace").lower(), row.route
        transaction.set_rollback(True)
    return answer


@pytest.fixture(autouse=True)
def denials(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    put_denials(monkeypatch)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_of_person_may_come_to(world: World, mirror: World, kind: str) -> None:
    holds(world, mirror, KINDS[kind], FEW)


@pytest.mark.ci
@pytest.mark.parametrize("kind", KINDS)
def test_what_else_a_kind_of_person_may_come_to(world: World, mirror: World, kind: str) -> None:
    holds(world, mirror, KINDS[kind])


@pytest.mark.ci
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_in_the_mirrored_world(world: World, mirror: World, kind: str) -> None:
    holds(mirror, world, KINDS[kind])
