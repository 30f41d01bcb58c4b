"""A second `make demo` beside a first: it says how far the first one is, and starts nothing."""

from pathlib import Path

import pytest

from deploy.launcher import demo, interrupt
from deploy.launcher.layout import Layout
from deploy.launcher.lock import Lock, acquire
from deploy.launcher.say import Refusal


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lock:
    """The first one, which has just begun."""
    place = Layout(tmp_path, tmp_path / "run")
    monkeypatch.setattr(demo, "layout", lambda: place)
    monkeypatch.setattr(interrupt, "listen", lambda: None)
    found = acquire(place, "make demo", "http://localhost:8000")
    assert isinstance(found, Lock)
    return found


def second() -> str:
    with pytest.raises(Refusal) as refusal:
        demo.up(8001)
    return str(refusal.value)


def test_it_does_not_call_running_what_is_still_being_made(held: Lock) -> None:
    said = second()
    assert "still starting" in said and "http://localhost:8000" in said
    assert "already running" not in said


def test_it_says_where_the_first_one_runs_once_it_answers(held: Lock) -> None:
    held.publish({})
    said = second()
    assert "already running at http://localhost:8000" in said
    assert "still starting" not in said
