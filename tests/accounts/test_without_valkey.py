"""Valkey is away: people go on, what they open is on record, and whoever signs out is out."""

import socket
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from cases.audit_names import CASE_READ
from core.actor import Actor
from core.audit.models import AuditEvent
from slides.queries import slide_for_tiles
from tests.accounts.second_factor import password_of
from tests.cast import World

SignedIn = Callable[[Actor], Client]


@pytest.fixture
def away(settings: LazySettings) -> Iterator[None]:
    """Nobody listens where the cache was."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        place = f"redis://127.0.0.1:{closed.getsockname()[1]}"
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": place}}
        yield


def test_who_is_signed_in_goes_on_and_leaves_the_record(world: World, sign_in: SignedIn, away: None) -> None:
    client, case = sign_in(world.asker), world.case("sent")
    assert client.get("/").status_code == 200
    before = AuditEvent.objects.filter(action=CASE_READ, case=case.pk).count()
    assert client.get(reverse("cases:detail", args=[case.pk])).status_code == 200
    assert AuditEvent.objects.filter(action=CASE_READ, case=case.pk).count() == before + 1
    slide = case.slides.order_by("pk")[0]
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    asked = slide_for_tiles(key, str(slide.pk)).actor
    assert asked is not None and asked.person == world.asker.person


def test_one_that_takes_connections_and_says_nothing_is_away_too(
    world: World, sign_in: SignedIn, settings: LazySettings
) -> None:
    client = sign_in(world.asker)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        place = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": place}}
        began = time.monotonic()
        assert client.get("/").status_code == 200
        assert time.monotonic() - began < 8, "two seconds a question, and the session is asked once"


def test_who_switched_meanwhile_still_works_there_when_it_is_back(
    world: World, sign_in: SignedIn, settings: LazySettings, request: pytest.FixtureRequest
) -> None:
    other = Membership.objects.create(
        user=world.user("asker"), organisation_id=world.stranger.lab(), role="pathologist"
    )
    client, there = sign_in(world.asker), settings.CACHES
    assert client.get("/").status_code == 200, "the cache holds the session as it was"
    request.getfixturevalue("away")
    assert client.post(reverse("accounts:switch"), {"membership": str(other.pk)}).status_code == 302
    settings.CACHES = there
    actor: Actor = client.get("/").wsgi_request.actor  # type: ignore[attr-defined]  # ours
    assert actor.membership == other.pk
    asked = slide_for_tiles(client.cookies[settings.SESSION_COOKIE_NAME].value, str(world.slides("sent")[0].pk))
    assert asked.actor is not None and asked.actor.membership == other.pk


def test_signing_out_ends_it(world: World, sign_in: SignedIn, away: None) -> None:
    client = sign_in(world.asker)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.post(reverse("account_logout")).status_code == 302
    again = Client()
    again.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert again.get("/").status_code == 302


def test_nobody_signs_in_while_attempts_cannot_be_counted(world: World, away: None) -> None:
    client = Client(raise_request_exception=False)
    assert password_of(client, world.user("asker")).status_code == 503
    assert client.get(reverse("accounts:sessions")).status_code == 302
