"""What the processes write on standard error: one JSON object a line, with ids and without data."""

import json
import logging
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pythonjsonlogger.json import JsonFormatter

from core.web.logs import NoMessageOfException, RequestIdFilter
from tests.cast import World, client_for

LOGGING: dict[str, Any] = settings.LOGGING
FORMAT = LOGGING["formatters"]["json"]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the console's handler, set up as in the settings, writes from here on."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    given = dict(FORMAT)
    assert given.pop("()") == "pythonjsonlogger.json.JsonFormatter"
    handler.setFormatter(JsonFormatter(**given))
    for each in (RequestIdFilter(), NoMessageOfException()):
        handler.addFilter(each)
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    return stream


def lines(written: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_nobody_writes_a_line_of_their_own(written: StringIO) -> None:
    logging.getLogger("x").warning("signed in as %s", 'a\n{"levelname": "CRITICAL"}\r\x1b[31m\u2028')
    (line,) = lines(written)
    assert line["levelname"] == "WARNING"
    assert "\x1b" not in written.getvalue()


def test_a_refused_request_is_told_by_its_number_and_path_alone(world: World, written: StringIO) -> None:
    answer = client_for(world.asker).get("/nowhere?name=Zwartkopmees")
    (line,) = lines(written)
    assert (line["request_id"], line["request"]) == (answer["X-Request-Id"], "GET /nowhere")
    assert "Zwartkopmees" not in written.getvalue()


def test_a_line_says_its_time_in_utc(written: StringIO) -> None:
    logging.getLogger("x").warning("now")
    (line,) = lines(written)
    said = datetime.fromisoformat(str(line["timestamp"]))
    assert said.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - said) < timedelta(minutes=1)  # noqa: TID251 - the machine's time is what is logged


def test_logs_go_to_one_place() -> None:
    """To standard error, from where the site takes them: no file, no mail, no service."""
    assert {each["class"] for each in LOGGING["handlers"].values()} == {"logging.StreamHandler"}
    assert {handler for each in LOGGING["loggers"].values() for handler in each.get("handlers", [])} <= {"console"}


def test_a_fault_is_told_by_kind_and_place_and_never_by_its_words(
    world: World, written: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise ValueError("Zwartkopmees")

    monkeypatch.setattr("accounts.middleware.actors.for_request", fail)
    client = Client(raise_request_exception=False)
    answer = client.get(reverse("cases:list"))
    assert answer.status_code == 500
    (line,) = lines(written)
    assert (line["exception"], line["request_id"]) == ("ValueError", answer["X-Request-Id"])
    assert "Zwartkopmees" not in written.getvalue() + answer.content.decode()
