"""Nobody at work: after 20 minutes nothing opens until the same person has shown that they are there."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from accounts import sessions
from accounts.models import SignIn
from accounts.sessions import State
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from notifications.live import Stream, look
from slides.queries import slide_for_tiles
from tests.accounts.second_factor import code, give_app, state
from tests.cast import PASSWORD, World

pytestmark = pytest.mark.usefixtures("own_cache")
SignedIn = Callable[[Actor], Client]
RESUME = "/people/presence/resume/"


def rest(client: Client, minutes: float) -> None:
    """Nobody has been at work for so long."""
    at = clock.now() - timedelta(minutes=minutes)
    SignIn.objects.filter(pk=client.session["sign_in"]).update(active_at=at)


def since(client: Client) -> timedelta:
    """How long nobody has been at work."""
    return clock.now() - SignIn.objects.get(pk=client.session["sign_in"]).active_at


def test_every_door_is_closed_to_an_empty_chair(world: World, sign_in: SignedIn) -> None:
    client = sign_in(world.asker)
    key, slide = client.session.session_key or "", str(world.slides("sent")[0].pk)
    rest(client, 20)
    assert state(client) == "idle"
    page = reverse("cases:detail", args=[world.case("sent").pk])
    assert client.get(page)["Location"] == f"{RESUME}?next={page.replace('/', '%2F')}"
    answer = client.get("/api/v1/me")
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:consilium:problem:session-idle")
    assert client.get(reverse("notifications:badge"), headers={"HX-Request": "true"}).status_code == 401
    assert client.post(reverse("slides:heartbeat", args=[slide])).status_code == 302
    assert slide_for_tiles(key, slide).status == 401
    with patch("notifications.live.connections.close_all"):
        assert look(Stream(world.asker.who(), key, "en")) is None
    assert client.get("/admin/")["Location"].startswith(RESUME)
    assert client.get(reverse("mfa_index"))["Location"].startswith(reverse("account_login"))
    assert "Melanocytic" not in client.get(RESUME).content.decode()


def test_just_before_that_everything_is_open(world: World, sign_in: SignedIn) -> None:
    client = sign_in(world.asker)
    rest(client, 19.9)
    assert client.get("/").status_code == 200
    assert since(client) < timedelta(minutes=1), "a page that is asked for is work"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/notifications/badge/", {"HX-Request": "true", "Sec-Fetch-Mode": "cors"}),
        ("/api/v1/me", {}),
        ("/", {"Sec-Fetch-Mode": "cors"}),
        ("/people/presence/", {"Sec-Fetch-Mode": "cors"}),
    ],
)
def test_what_scripts_ask_by_themselves_is_no_work(
    world: World, sign_in: SignedIn, path: str, headers: dict[str, str]
) -> None:
    client = sign_in(world.asker)
    rest(client, 10)
    assert client.get(path, headers=headers).status_code == 200
    assert since(client) > timedelta(minutes=9)


def test_tiles_and_streams_are_no_work(world: World, sign_in: SignedIn) -> None:
    client = sign_in(world.asker)
    rest(client, 10)
    key = client.session.session_key or ""
    assert slide_for_tiles(key, str(world.slides("sent")[0].pk)).status == 200
    with patch("notifications.live.connections.close_all"):
        assert look(Stream(world.asker.who(), key, "en")) is not None
    assert since(client) > timedelta(minutes=9)


@pytest.mark.parametrize("route", ["accounts:presence", "slides:heartbeat"])
def test_a_heartbeat_is_work(world: World, sign_in: SignedIn, route: str) -> None:
    client = sign_in(world.asker)
    rest(client, 10)
    args = [world.slides("sent")[0].pk] if route.startswith("slides") else []
    assert client.post(reverse(route, args=args), headers={"Sec-Fetch-Mode": "cors"}).status_code == 204
    assert since(client) < timedelta(minutes=1)


def test_a_heartbeat_wakes_nobody_who_is_asleep(world: World, sign_in: SignedIn) -> None:
    client = sign_in(world.asker)
    rest(client, 21)
    assert client.post(reverse("accounts:presence")).status_code == 401
    assert state(client) == "idle"


def test_a_browser_that_hides_its_page_closes_the_doors_too(world: World, sign_in: SignedIn) -> None:
    client = sign_in(world.asker)
    assert client.post(reverse("accounts:presence"), {"pause": "1"}).status_code == 204
    assert state(client) == "idle"


def test_what_was_asked_just_before_the_page_was_hidden_does_not_open_it_again(world: World, sign_in: SignedIn) -> None:
    """The one request has read the session when the other one pauses it, and says afterwards that somebody is there."""
    client = sign_in(world.asker)
    rest(client, 1)
    asked = sessions.standing(client.session)
    assert asked.state == State.IN
    assert client.post(reverse("accounts:presence"), {"pause": "1"}).status_code == 204
    sessions.at_work(asked)
    assert state(client) == "idle"
    assert client.get("/cases/")["Location"].startswith(RESUME)


def test_the_password_brings_one_back_to_the_page(world: World, sign_in: SignedIn) -> None:
    client = sign_in(world.asker)
    key = client.session.session_key
    rest(client, 60)
    page = client.get(RESUME, {"next": "/cases/"}).content.decode()
    assert "Dr North Asker" in page
    wrong = client.post(RESUME, {"password": "not mine", "next": "/cases/"})
    assert wrong.status_code == 422
    assert "This is not your password." in wrong.content.decode()
    answer = client.post(RESUME, {"password": PASSWORD, "next": "/cases/"})
    assert answer["Location"] == "/cases/"
    assert client.session.session_key == key
    assert client.get("/cases/").status_code == 200
    row = AuditEvent.objects.get(action="session.resumed")
    assert (row.person, row.facts["method"]) == (world.asker.who(), "password")


def test_a_code_brings_one_back_and_a_recovery_code_does_not(world: World, sign_in: SignedIn) -> None:
    codes = give_app(world.user("asker"))
    client = sign_in(world.asker)
    rest(client, 60)
    assert client.post(RESUME, {"code": codes[0]}).status_code == 422
    assert client.post(RESUME, {"code": code()}).status_code == 302
    assert state(client) == "in"


def test_nobody_comes_back_to_another_site(world: World, sign_in: SignedIn) -> None:
    client = sign_in(world.asker)
    rest(client, 60)
    assert client.post(RESUME, {"password": PASSWORD, "next": "https://evil.example/"})["Location"] == "/"


def test_guessing_at_the_cover_is_limited(world: World, sign_in: SignedIn) -> None:
    client = sign_in(world.asker)
    rest(client, 60)
    answers = [client.post(RESUME, {"password": "guess"}) for _ in range(11)]
    assert [each.status_code for each in answers] == [422] * 10 + [429]
    assert answers[-1]["Retry-After"] == "60"


def test_whoever_rests_may_leave_and_somebody_else_may_come(world: World, sign_in: SignedIn) -> None:
    client = sign_in(world.asker)
    rest(client, 60)
    assert client.get(reverse("account_login")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302
    assert state(client) == "out"
    other = sign_in(world.asker)
    rest(other, 60)
    other.post(
        reverse("account_login"),
        {"login": world.user("colleague").email, "password": PASSWORD},
        headers={"X-Forwarded-For": "198.51.100.44"},
    )
    assert other.get(reverse("accounts:presence")).json()["person"] == str(world.colleague.who())
    assert SignIn.objects.filter(person=world.asker.who(), ended_at=None).count() == 0


def test_twelve_hours_end_an_idle_session_too(world: World, sign_in: SignedIn) -> None:
    client = sign_in(world.asker)
    rest(client, 60)
    SignIn.objects.filter(pk=client.session["sign_in"]).update(began_at=clock.now() - timedelta(hours=12))
    assert client.post(RESUME, {"password": PASSWORD})["Location"].startswith(reverse("account_login"))
    assert state(client) == "out"
