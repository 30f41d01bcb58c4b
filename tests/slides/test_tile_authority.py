"""The authority behind the tile process: real sessions, real access, and a database that may come and go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.test import Client

from cases.models import Slide
from core import clock
from core.actor import Actor, Door
from core.ids import new_id
from slides.models import SlideImage
from slides.queries import slide_for_tiles
from slides.states import Status
from slides.tiles import authority
from slides.tiles.authority import DjangoAuthority
from slides.tiles.decision import ABSENT, SIGNED_OUT, Decision
from tests.cast import World


def ready(slide: Slide) -> SlideImage:
    """An image that is prepared."""
    image: SlideImage = SlideImage.objects.create(
        slide=slide,
        path="a.svs",
        status=Status.READY,
        content_version="a" * 16,
        sha256="b" * 64,
        linked_at=clock.now(),
    )
    return image


@pytest.mark.commits
def test_only_a_session_of_somebody_with_access_gets_the_slide(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    def decision(who: Actor, slide: Slide) -> Decision:
        return DjangoAuthority().decide(sign_in(who).session.session_key or "", str(slide.pk))

    shared, *_, kept_back = world.slides("accepted")
    for slide in (shared, kept_back):
        ready(slide)
    allowed = decision(world.expert, shared)
    assert (allowed.status, allowed.version) == (200, "a" * 16)
    assert allowed.actor is not None
    assert (allowed.actor.membership, allowed.actor.door) == (world.expert.membership, Door.TILES)
    assert decision(world.asker, kept_back).status == 200
    assert decision(world.expert, kept_back) == ABSENT
    assert decision(world.stranger, shared) == ABSENT
    for invented in ("", "invented", "x" * 200, "../../etc/passwd"):
        assert DjangoAuthority().decide(invented, str(shared.pk)) == SIGNED_OUT


def test_who_is_signed_out_gets_no_tile_and_nobody_gets_one_of_what_is_not_ready(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    key, slide = sign_in(world.expert).session.session_key or "", world.slides("accepted")[0]
    image = ready(slide)
    assert slide_for_tiles(key, str(slide.pk)).status == 200
    assert slide_for_tiles("", str(slide.pk)) == SIGNED_OUT
    for status in set(Status) - {Status.READY, Status.TAKEN_OFF}:  # what was taken off has no slide
        SlideImage.objects.filter(pk=image.pk).update(status=status)
        assert slide_for_tiles(key, str(slide.pk)) == ABSENT, status


def test_a_database_that_was_restarted_is_asked_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Decision | Exception] = [OperationalError("the server closed the connection"), ABSENT]

    def ask(session_key: str, slide_id: str) -> Decision:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(authority, "slide_for_tiles", ask)
    monkeypatch.setattr(authority, "close_old_connections", lambda: None)
    assert DjangoAuthority().decide("key", str(new_id())) == ABSENT


def test_a_database_that_stays_away_is_nobodys_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(session_key: str, slide_id: str) -> Decision:
        raise OperationalError("no connection")

    monkeypatch.setattr(authority, "slide_for_tiles", ask)
    monkeypatch.setattr(authority, "close_old_connections", lambda: None)
    with pytest.raises(OperationalError):
        DjangoAuthority().decide("key", str(new_id()))
