"""Where somebody is signed in: the list, and ending what is on it, at every door at once."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from accounts import sessions
from accounts.models import SignIn
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from notifications.live import Stream, look
from slides.queries import slide_for_tiles
from tests.accounts.second_factor import password_of, state
from tests.accounts.test_machine_tokens import stale
from tests.cast import PASSWORD, World, client_for

SignedIn = Callable[[Actor], Client]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


def key_of(client: Client) -> str:
    return str(client.session["sign_in"])


def test_the_list_says_where_and_marks_this_one(world: World, sign_in: SignedIn) -> None:
    elsewhere = Client(headers={"User-Agent": FIREFOX, "X-Forwarded-For": "198.51.100.23"})
    password_of(elsewhere, world.user("asker"))
    here = sign_in(world.asker)
    html = here.get(reverse("accounts:sessions")).content.decode()
    assert "Firefox on Windows" in html
    assert "198.51.100.23" in html
    assert html.count("This one, now") == 1
    listed = here.get("/api/v1/me/sessions").json()["results"]
    assert [(each["here"], each["browser"]) for each in listed] == [(True, ""), (False, "Firefox on Windows")]
    assert key_of(elsewhere) not in sign_in(world.colleague).get(reverse("accounts:sessions")).content.decode()


def test_ending_one_closes_its_pages_tiles_and_streams(world: World, sign_in: SignedIn) -> None:
    here, lost = sign_in(world.asker), sign_in(world.asker)
    key, slide = lost.session.session_key or "", str(world.slides("sent")[0].pk)
    stream = Stream(world.asker.who(), key, "en")
    assert slide_for_tiles(key, slide).status == 200
    with patch("notifications.live.connections.close_all"):
        assert look(stream) is not None
        assert here.post(reverse("accounts:end_session", args=[key_of(lost)])).status_code == 302
        assert look(stream) is None
    assert slide_for_tiles(key, slide).status == 401
    assert lost.get("/api/v1/me").status_code == 401
    assert reverse("account_login") in lost.get("/")["Location"]
    assert here.get("/").status_code == 200
    assert AuditEvent.objects.filter(action="session.revoked", person=world.asker.who()).count() == 1


def test_the_tile_processes_hear_of_it_at_once(
    world: World, sign_in: SignedIn, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    here, lost = sign_in(world.asker), sign_in(world.asker)
    with patch("accounts.live._publish") as publish, django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]  # a context manager
        here.post(reverse("accounts:end_session", args=[key_of(lost)]))
    assert {call.args[0] for call in publish.call_args_list} == {f"person:{world.asker.who()}", "sessions-ended"}


def test_nobody_ends_another_persons(world: World, sign_in: SignedIn) -> None:
    asker, colleague = sign_in(world.asker), sign_in(world.colleague)
    assert colleague.post(reverse("accounts:end_session", args=[key_of(asker)])).status_code == 404
    assert colleague.delete(f"/api/v1/me/sessions/{key_of(asker)}").status_code == 404
    assert state(asker) == "in"


def test_all_the_others_end_and_this_one_stays(world: World, sign_in: SignedIn) -> None:
    here, *others = (sign_in(world.asker) for _ in range(3))
    assert here.post(reverse("accounts:end_other_sessions")).status_code == 302
    assert [state(each) for each in (here, *others)] == ["in", "out", "out"]


def test_ending_another_one_asks_again_who_it_is(world: World, sign_in: SignedIn) -> None:
    here, lost = stale(sign_in(world.asker)), sign_in(world.asker)
    page = here.get(reverse("accounts:sessions")).content.decode()
    assert "Show that it is you" in page
    one, others = reverse("accounts:end_session", args=[key_of(lost)]), reverse("accounts:end_other_sessions")
    api = f"/api/v1/me/sessions/{key_of(lost)}"
    for refused in (here.post(one), here.post(others, {"password": "not mine"})):
        assert refused.status_code == 422 and "Show that it is you" in refused.content.decode()
    assert [here.delete(each).status_code for each in (api, "/api/v1/me/sessions")] == [401, 401]
    assert state(lost) == "in"
    assert here.delete(api, {"password": PASSWORD}, content_type="application/json").status_code == 204
    assert state(lost) == "out"
    other = sign_in(world.asker)
    assert here.post(others, {"password": PASSWORD}).status_code == 302
    assert (
        state(other) == "out" and "Show that it is you" not in here.get(reverse("accounts:sessions")).content.decode()
    )


def test_ending_this_one_signs_out(world: World, sign_in: SignedIn) -> None:
    here = stale(sign_in(world.asker))
    assert here.post(reverse("accounts:end_session", args=[key_of(here)]))["Location"] == reverse("account_login")
    assert state(here) == "out"


def test_an_administrator_ends_all_of_a_person(world: World, sign_in: SignedIn) -> None:
    asker, admin = sign_in(world.asker), sign_in(world.admin)
    assert admin.post(reverse("accounts:end_sessions_of", args=[world.asker.who()])).status_code == 302
    assert state(asker) == "out"
    assert state(client_for(world.asker)) == "in", "and the person signs in again"
    stranger = sign_in(world.expert_admin)
    assert stranger.post(reverse("accounts:end_sessions_of", args=[world.asker.who()])).status_code == 404


def test_signing_out_takes_it_off_the_list(world: World, sign_in: SignedIn) -> None:
    here = sign_in(world.asker)
    here.post(reverse("account_logout"))
    assert sessions.open_of(world.user("asker")) == []


def test_a_session_ends_twelve_hours_after_it_began_whatever_is_done(world: World, sign_in: SignedIn) -> None:
    here = sign_in(world.asker)
    row = SignIn.objects.filter(pk=key_of(here))
    row.update(began_at=clock.now() - timedelta(hours=12, seconds=-30), active_at=clock.now())
    assert state(here) == "in"
    row.update(began_at=clock.now() - timedelta(hours=12), active_at=clock.now())
    assert state(here) == "out"
    assert reverse("account_login") in here.get("/")["Location"]
    assert sessions.open_of(world.user("asker")) == []


def test_a_session_without_its_row_is_nobodys(world: World, sign_in: SignedIn) -> None:
    here = sign_in(world.asker)
    session = here.session
    del session["sign_in"]
    session.save()
    assert here.get("/api/v1/me").status_code == 401


def test_old_rows_are_forgotten_at_the_next_sign_in(world: World, sign_in: SignedIn) -> None:
    old = sign_in(world.asker)
    SignIn.objects.filter(pk=key_of(old)).update(began_at=clock.now() - timedelta(days=31))
    sign_in(world.asker)
    assert not SignIn.objects.filter(pk=key_of(old)).exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605 Version/18 Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_called_what_people_call_it(world: World, agent: str, words: str) -> None:
    client = Client(headers={"User-Agent": agent, "X-Forwarded-For": "198.51.100.31"})
    password_of(client, world.user("asker"))
    row = sessions.open_of(world.user("asker"))[0]
    assert row.agent == agent
    assert client_for(world.asker).get("/api/v1/me/sessions").json()["results"][1]["browser"] == words
