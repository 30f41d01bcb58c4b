"""What every answer carries: asked of every route, as several people, over https, errors and other processes too."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import AsyncClient, Client
from django.urls import reverse

from tests.access.row import SEEN
from tests.access.table import ROWS
from tests.cast import World, client_for, outsider
from tests.shell.walking import NOBODYS, addresses, faults, policy_faults

PLATFORM = "platform@installation.example"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "DELETE", "TRACE")


@contextmanager
def undone() -> Iterator[None]:
    """Whatever a request changes is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: Client, method: str, address: str, **more: Any) -> HttpResponseBase:
    """One request over https."""
    with undone():
        response: HttpResponseBase = client.generic(method, address, secure=True, **more)
        return response


@pytest.mark.ci
@pytest.mark.parametrize("who", ["nobody signed in", "asker", "platform"])
def test_every_route_carries_every_header(world: World, over_https: None, who: str) -> None:
    """With arguments that lead nowhere, by every method: the redirects, the refusals, the lists and the forms."""
    client = {
        "nobody signed in": Client(),
        "asker": client_for(world.asker),
        "platform": outsider(PLATFORM),
    }[who]
    found: dict[str, list[str]] = {}
    seen = 0
    for name, address in addresses():
        for method in METHODS:
            response = ask(client, method, address)
            seen += 1
            if response.status_code >= 500:
                found[f"{method} {name}"] = [f"answers {response.status_code}"]
            elif wrong := faults(response):
                found[f"{method} {name}"] = wrong
            if method == "TRACE" and response.status_code < 400:
                found[f"{method} {name}"] = [f"answers {response.status_code}"]
    assert found == {}
    assert seen > 1000


@pytest.mark.parametrize("accept", ["text/html", JSON])
def test_every_error_carries_every_header_and_tells_nothing_of_the_inside(
    world: World, over_https: None, own_cache: None, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    client = client_for(world.asker)
    client.raise_request_exception = False
    refused: dict[int, Callable[[], HttpResponseBase]] = {
        400: lambda: ask(client, "GET", "/", headers={"Host": "elsewhere.example", "Accept": accept}),
        403: lambda: ask(client, "GET", reverse("accounts:invite"), headers={"Accept": accept}),
        404: lambda: ask(client, "GET", "/nowhere", headers={"Accept": accept}),
        405: lambda: ask(client, "DELETE", reverse("cases:list"), headers={"Accept": accept}),
        409: lambda: _conflict(client, world, accept),
        429: lambda: _too_many(client, world, accept),
        413: lambda: _too_large(client, monkeypatch, accept),
        500: lambda: _broken(client, monkeypatch, accept),
    }
    for status, provoke in refused.items():
        response = provoke()
        assert response.status_code == status
        assert faults(response) == [], status
        text = getattr(response, "content", b"").decode()
        for inside in ("Traceback", "Zwartkopmees", "site-packages", "DoesNotExist", ".py", "SELECT ", "secret words"):
            assert inside not in text, (status, inside)


def _conflict(client: Client, world: World, accept: str) -> HttpResponseBase:
    address = reverse("cases:reopen", args=[world.case("sent").pk])
    return ask(client, "POST", address, data=SEEN, content_type=FORM, headers={"Accept": accept})


def _too_large(client: Client, monkeypatch: pytest.MonkeyPatch, accept: str) -> HttpResponseBase:
    monkeypatch.setattr(settings, "DATA_UPLOAD_MAX_MEMORY_SIZE", 100)
    if accept == JSON:
        body = json.dumps({"number": "1" * 200})
        return ask(client, "POST", reverse("api-patients-search"), data=body, content_type=JSON)
    return ask(client, "POST", reverse("cases:new"), data="history=" + "1" * 200, content_type=FORM)


def _too_many(client: Client, world: World, accept: str) -> HttpResponseBase:
    """Passwords tried at a signature, ten a minute; or links asked for."""
    response: HttpResponseBase = HttpResponse()
    if accept == JSON:
        row = next(row for row in ROWS if row.route == "api-report-sign")
        body = json.dumps({"seen": {"case": 1, "patient": 1}, "shown_sha256": "0" * 64, "password": "wrong"})
        for number in range(12):
            headers = {"If-Match": f'"{world.report("accepted").version}"', "Idempotency-Key": f"too-many-{number}"}
            address = reverse(row.route, kwargs=row.arguments(world))
            expert = client_for(world.expert)
            response = ask(expert, "POST", address, data=body, content_type=JSON, headers=headers)
        return response
    for _ in range(25):
        response = ask(client, "POST", reverse("account_reset_password"), data="email=x@x.example", content_type=FORM)
    return response


def _broken(client: Client, monkeypatch: pytest.MonkeyPatch, accept: str) -> HttpResponseBase:
    def fail(*args: object) -> HttpResponse:
        raise ValueError("secret words")

    monkeypatch.setattr("accounts.middleware.actors.for_request", fail)
    return ask(client, "GET", reverse("cases:list"), headers={"Accept": accept})


def test_a_live_stream_carries_them_too(world: World, over_https: None) -> None:
    response = async_to_sync(AsyncClient().get)(reverse("live-notifications"), secure=True)
    assert response.status_code == 401
    assert faults(response) == []


TILE_PROCESS = """
import json, sys
from slides.tiles.wsgi import application
for method, path in json.load(sys.stdin):
    start = lambda line, headers: print(json.dumps([line, headers]))
    list(application({"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_COOKIE": ""}, start))
"""


def test_the_tile_process_sends_them_with_tiles_and_with_refusals(over_https: None) -> None:
    """Asked of its entry point, which raises the limits of its process and therefore has one of its own here."""
    wanted = {
        ("GET", "/tiles/health"): 200,
        ("GET", "/tiles/nothing"): 404,
        ("GET", f"/tiles/{NOBODYS}/{'0' * 16}/0/0_0.jpg"): 401,
        ("TRACE", "/tiles/nothing"): 405,
    }
    done = subprocess.run(
        [sys.executable, "-c", TILE_PROCESS],
        input=json.dumps(list(wanted)),
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    for (asked, status), (line, headers) in zip(wanted.items(), answers, strict=True):
        response = HttpResponse(status=int(line[:3]))
        del response.headers["Content-Type"]
        for name, value in headers:
            response.headers[name] = value
        assert response.status_code == status, asked
        assert faults(response) == [], asked


@pytest.fixture
def static_file(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A drawing where the collected static files lie."""
    settings.STATIC_ROOT = tmp_path
    file = tmp_path / "drawing.svg"
    file.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    yield file


def test_static_files_of_the_web_process_carry_them(world: World, over_https: None, static_file: Path) -> None:
    response = Client().get(f"/static/{static_file.name}", secure=True)
    assert response.status_code == 200
    b"".join(response)
    assert [fault for fault in faults(response) if "may be kept" not in fault] == []
    response.close()


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
        "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
        "script-src 'self' 'unsafe-inline'",
        "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
        "script-src data:",
    ],
)
def test_a_weak_policy_is_noticed(policy: str) -> None:
    assert policy_faults(policy)


def test_a_bare_answer_is_noticed() -> None:
    bare = HttpResponse("x", headers={"Server": "x/1.0", "Location": "https://elsewhere.example/"})
    bare.set_cookie("name", "value")
    found = " ".join(faults(bare))
    for each in ("nosniff", "DENY", "may be kept", "says Server", "Strict-Transport", "__Host-", "leads to"):
        assert each in found, each
