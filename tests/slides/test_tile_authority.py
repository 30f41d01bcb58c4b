"""The authority behind the tile process: real sessions, real access, and a database that may come and go."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from core.ids import new_id
from slides.tiles import authority
from slides.tiles.authority import DjangoAuthority
from slides.tiles.decision import ABSENT, SIGNED_OUT, Decision


@pytest.mark.parametrize("session_key", ["", "invented", "x" * 200, "../../etc/passwd"])
@pytest.mark.django_db
def test_an_invented_session_is_not_signed_in(session_key: str) -> None:
    assert DjangoAuthority().decide(session_key, str(new_id())) == SIGNED_OUT


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
