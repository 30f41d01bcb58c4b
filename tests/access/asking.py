"""Asks a door as somebody, and says how it answered. What the request changes, and what its row made, is undone."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.errors import Refusal
from core.ids import new_id
from tests.access.row import Arguments, Row
from tests.cast import Answer, World
from tests.shell.walking import faults

KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Heard:
    """What was asked, and what came back: `verdict` is in, login, 403 or 404."""

    verdict: str
    status: int
    asked: str
    text: str

    @property
    def names(self) -> bool:
        """Whether the question named a thing, which another one could stand in for."""
        return bool(KEY.search(self.asked))


class NotAskedError(Exception):
    """There is no such thing in this world, or nobody wants to hear of it."""


@contextmanager
def made(arguments: Arguments, *worlds: World) -> Iterator[None]:
    """Within it there is what these arguments make, so that not every question makes it again; undone afterwards."""
    with transaction.atomic():
        for world in worlds:
            with suppress(NotAskedError, Refusal), transaction.atomic():
                arguments(world)
        yield
        transaction.set_rollback(True)


def by_arguments(rows: Iterable[Row]) -> dict[Arguments, list[Row]]:
    """The rows about the same thing together."""
    found: dict[Arguments, list[Row]] = {}
    for row in rows:
        found.setdefault(row.arguments, []).append(row)
    return found


def ask(client: Client, row: Row, world: World) -> str:
    """One request as the row describes it: in, login, 403 or 404."""
    return hear(client, row, world).verdict


def hear(
    client: Client,
    row: Row,
    world: World,
    *,
    absent: bool = False,
    wanted: Callable[[str], bool] = lambda asked: True,
    look: Callable[[Heard], None] = lambda heard: None,
) -> Heard:
    """The same with what came back, which carries every header. `absent` asks for keys that nothing has; `wanted` is
    told what will be asked (else NotAskedError), and `look` sees the answer before it is undone."""
    with transaction.atomic():
        address = reverse(row.route, kwargs=row.arguments(world)) + row.query
        body = "" if row.method == "GET" else row.body if isinstance(row.body, str) else row.body(world)
        conditions = {"If-Match": f'"{row.version(world)}"'} if row.version else {}
        if absent:
            address, body = (KEY.sub(lambda _: str(new_id()), each) for each in (address, body))
        if not wanted(f"{address} {body}"):
            raise NotAskedError
        response = client.generic(
            row.method,
            address,
            data=body,
            content_type=row.content_type,
            headers={"Idempotency-Key": "matrix-key-1", **conditions},
        )
        assert faults(response, https=False) == [], f"{row.method} {row.route}"
        heard = Heard(answered(response), response.status_code, f"{address} {body}", said(response))
        look(heard)
        transaction.set_rollback(True)
    return heard


def said(response: Answer) -> str:
    """The body and where it leads."""
    body = b"".join(response) if response.streaming else response.content
    return body.decode(errors="replace") + response.headers.get("Location", "")


def answered(response: Answer) -> str:
    """What the door said: in (whatever the room then made of it), login, 403 or 404. A 500 is nobody's right."""
    status = response.status_code
    assert status < 500, f"{status} from {response.request['PATH_INFO']}"
    if status == 401 or (status == 302 and "/accounts/login/" in response.headers["Location"]):
        return "login"
    if status in {403, 404}:
        return str(status)
    return "in"
