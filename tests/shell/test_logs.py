"""What the processes write on standard error: one JSON object a line, with ids and without data."""

import json
import logging
from collections.abc import Callable
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


def refused_input(world: World) -> int:
    return client_for(world.asker).post(reverse("cases:new"), {"family_name": "Zwartkopmees"}).status_code


def stale_page(world: World) -> int:
    address = reverse("cases:close", args=[world.case("sent").pk])
    return client_for(world.asker).post(address, {"seen_case": 99, "seen_patient": 99}).status_code


def forged_form(world: World) -> int:
    client = client_for(world.asker)
    client.handler.enforce_csrf_checks = True
    return client.post(reverse("account_logout")).status_code


def forged_token(world: World) -> int:
    return Client().get("/api/v1/cases", headers={"Authorization": "Bearer cns_forged_Zwartkopmees"}).status_code


def guessing(world: World) -> int:
    client = Client(headers={"X-Forwarded-For": "198.51.100.77"})
    given = {"login": world.user("asker").email, "password": "Zwartkopmees"}
    return next(
        status
        for status in (client.post(reverse("account_login"), given).status_code for _ in range(20))
        if status != 200
    )


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize(
    ("attempt", "status"),
    [(refused_input, 422), (stale_page, 409), (forged_form, 403), (forged_token, 401), (guessing, 429)],
)
def test_what_tries_to_get_round_a_control_leaves_a_line(
    world: World, written: StringIO, attempt: Callable[[World], int], status: int
) -> None:
    """Input that no form takes, a step from an old page, forged forms and tokens, a limit that is reached."""
    assert attempt(world) == status
    line = lines(written)[-1]
    assert (line["levelname"], line["status_code"]) == ("WARNING", status)
    assert line["request_id"] and line["request"]
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
