"""What is sent in bad faith: an answer that says so, never a fault of ours, never more work than it is worth."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.actor import Actor
from tests.access.asking import made
from tests.access.people import WHO
from tests.access.row import JSON, Row
from tests.access.table import ROWS
from tests.cast import World, client_for
from tests.finding import found
from tests.shell.test_headers import undone
from tests.shell.walking import NOBODYS, addresses

NAMES = ("q", "after", "page", "status", "view", "text", "number", "lab", "next", "from", "tab", "organ", "all", "case")
VALUES = ("\0", "\ud800", "%00", "' OR 1=1 --", "9" * 400, "-1", "../../etc/passwd", "<script>", "{{7*7}}", "%s%n", "٣")
BODIES: dict[str, Any] = {
    "not json": "{",
    "deep": "[" * 100_000,
    "deep objects": '{"a":' * 100_000,
    "a number": "7",
    "a list": "[]",
    "nothing": "null",
    "not a number": '{"version": NaN}',
    "infinite": '{"version": 1e999}',
    "nul": json.dumps({"reason": "\0", "text": "\0", "family_name": "\0", "number": "\0", "accession_number": "\0"}),
    "half a letter": '{"reason": "\\ud800", "text": "\\ud800", "number": "\\ud800", "accession_number": "\\ud800"}',
    "other kinds": json.dumps({"seen": [], "version": {}, "reason": {}, "patient": 7, "number": [[]], "slides": "x"}),
    "huge number": json.dumps({"seen": {"case": 10**40, "patient": -1}, "version": 10**40}),
    "a key twice": '{"number": "1", "number": "2"}',
    "prototype": json.dumps({"__proto__": {"admin": True}, "constructor": {}, "is_platform_admin": True}),
    "utf-16": '{"number": "1"}'.encode("utf-16"),
    "not utf-8": b'{"number": "\xff\xfe"}',
}
DOORS = [row for row in ROWS if row.content_type == JSON and row.method != "GET"]


@pytest.mark.ci
@pytest.mark.parametrize("first", [0, 5])
def test_no_address_breaks_anything(world: World, sign_in: Callable[[Actor], Client], first: int) -> None:
    """Every name with a value of its own, at every address, whether or not it leads somewhere."""
    values = [value.encode("utf-8", "surrogatepass") for value in VALUES]
    query = {name: values[(first + at) % len(values)] for at, name in enumerate(NAMES)}
    everywhere = dict(addresses())
    assert len(everywhere) > 120
    assert _broken(sign_in(world.asker), everywhere, query) == {}


@pytest.mark.deep
@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_no_address_that_leads_somewhere_breaks_on_any_of_them(
    world: World, sign_in: Callable[[Actor], Client], value: str
) -> None:
    """Every name with this value: most are not read where nothing is found."""
    query = dict.fromkeys(NAMES, value.encode("utf-8", "surrogatepass"))
    somewhere = {name: address for name, address in addresses() if str(NOBODYS) not in address}
    assert len(somewhere) > 60
    assert _broken(sign_in(world.asker), somewhere, query) == {}


def _broken(client: Client, asked: dict[str, str], query: dict[str, bytes]) -> dict[str, int]:
    """What answers with a fault of ours; the admin site is asked in test_hostile_signs.py."""
    found = {}
    for name, address in asked.items():
        if not name.startswith("admin:"):
            with undone():
                found[name] = client.get(address, query).status_code
    return {name: status for name, status in found.items() if status >= 500}


def test_there_are_doors_that_take_a_body() -> None:
    assert len(DOORS) > 20


@pytest.mark.ci
@pytest.mark.parametrize("row", DOORS, ids=lambda row: f"{row.method}-{row.route}")
def test_no_body_breaks_the_api(world: World, row: Row) -> None:
    """Each of them at this door, by somebody who may come in."""
    client = client_for(world.people[min(set(row.ok) & set(world.people), key=WHO.index, default="asker")])
    began = time.process_time()
    with made(row.arguments, world):
        answers = {name: _send(client, row, world, name) for name in BODIES}
    assert {name: status for name, status in answers.items() if status >= 500} == {}
    assert time.process_time() - began < len(BODIES) / 3


def _send(client: Client, row: Row, world: World, name: str) -> int:
    client.raise_request_exception = False
    headers = {"Idempotency-Key": "hostile-key-1"}
    with undone():
        if row.version:
            headers["If-Match"] = f'"{row.version(world)}"'
        address = reverse(row.route, kwargs=row.arguments(world))
        answer = client.generic(row.method, address, data=BODIES[name], content_type=JSON, headers=headers)
    return answer.status_code


@pytest.mark.ci
@pytest.mark.parametrize("match", ["", "*", '"x"', '"99999999999999999999999999"', '"1", "2"', 'W/"1"', '"1.2.3.4.5"'])
def test_no_condition_breaks_the_api(world: World, sign_in: Callable[[Actor], Client], match: str) -> None:
    address = reverse("api-case", args=[world.case("sent").pk])
    with undone():
        answer = sign_in(world.asker).patch(address, "{}", JSON, headers={"If-Match": match})
    assert 400 <= answer.status_code < 500


@pytest.mark.ci
def test_the_api_reads_json_and_nothing_else(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client, address = sign_in(world.asker), reverse("api-patients-search")
    for kind in ("application/xml", "text/xml", "application/x-yaml", "multipart/form-data; boundary=x", "text/plain"):
        with undone():
            answer = client.post(address, "<a/>", kind)
        assert answer.status_code == 415, kind
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.ci
def test_a_parameter_given_twice_counts_once(world: World, sign_in: Callable[[Actor], Client]) -> None:
    """As for every view the last one; a reader that took the first would show what nobody was asked about."""
    client = sign_in(world.asker)

    def page(query: str) -> str:
        text = client.get(f"{reverse('requests:mine')}?{query}").content.decode()
        return found(r"(?s)<main.*</main>", re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text))[0]

    assert page("view=closed&view=drafts") == page("view=drafts") != page("view=closed")


@pytest.mark.ci
def test_a_form_with_a_thousand_fields_is_refused(world: World, sign_in: Callable[[Actor], Client]) -> None:
    fields = "&".join(f"slide_{number}=x" for number in range(1_100))
    with undone():
        answer = sign_in(world.asker).post(reverse("cases:new"), fields, "application/x-www-form-urlencoded")
    assert answer.status_code == 400


@pytest.mark.ci
def test_the_walk_notices_what_breaks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr("accounts.api.authentication.SessionActorAuthentication.authenticate", fail)
    row = next(row for row in ROWS if row.route == "api-patients-search")
    assert _send(client_for(world.asker), row, world, "a list") == 500
