"""One launcher per folder: newcomers learn who is there, wait for who is ending, and never read half a word."""

import fcntl
import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from deploy.launcher import lock
from deploy.launcher.layout import Layout
from deploy.launcher.lock import Holder, Lock, acquire, attach
from deploy.launcher.say import Refusal


@pytest.fixture
def place(tmp_path: Path) -> Layout:
    return Layout(tmp_path, tmp_path / "run")


def _held(place: Layout, command: str = "make demo") -> Lock:
    found = acquire(place, command, "http://localhost:8000")
    assert isinstance(found, Lock)
    return found


def _write(held: Lock, holder: Holder) -> None:
    os.pwrite(held.descriptor, json.dumps(asdict(holder)).ljust(lock.WIDTH).encode(), 0)


def test_the_second_learns_who_is_there(place: Layout) -> None:
    _held(place)
    found = acquire(place, "make demo", "")
    assert isinstance(found, Holder)
    assert (found.pid, found.address) == (os.getpid(), "http://localhost:8000")


def test_an_empty_lock_file_is_read_again_and_not_taken_for_process_0(
    place: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "UNREADABLE_LIMIT", 0.3)
    os.ftruncate(_held(place).descriptor, 0)
    with pytest.raises(Refusal, match=r"still holds .*dev\.lock"):
        acquire(place, "make demo", "")


@pytest.mark.parametrize("gone", ["dead", "stopping"])
def test_a_holder_that_is_dead_or_ending_is_waited_for_with_a_limit(
    place: Layout, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    monkeypatch.setattr(lock, "ENDING_LIMIT", 0.3)
    held = _held(place)
    dead = {"dead": replace(held.holder, identity="recycled/1"), "stopping": replace(held.holder, state="stopping")}
    _write(held, dead[gone])
    with pytest.raises(Refusal, match="The last run has not ended"):
        acquire(place, "make demo", "")
    os.close(held.descriptor)
    assert isinstance(acquire(place, "make demo", ""), Lock)


def test_a_lock_file_that_was_replaced_does_not_count(place: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = fcntl.flock

    def replaced(descriptor: int, how: int) -> None:
        taken(descriptor, how)
        monkeypatch.setattr(fcntl, "flock", taken)
        place.lock.unlink()
        place.lock.touch()

    monkeypatch.setattr(fcntl, "flock", replaced)
    held = _held(place)
    assert os.path.samestat(os.fstat(held.descriptor), place.lock.stat())


def test_a_newcomer_gets_the_services_of_the_holder_it_saw(place: Layout) -> None:
    held = _held(place, "run")
    held.publish({"DATABASE_URL": "here"})
    seat = attach(place, held.holder)
    assert seat
    assert seat[1] == {"DATABASE_URL": "here"}


def test_a_stale_word_of_an_earlier_holder_is_not_used(place: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "READY_LIMIT", 0.3)
    held = _held(place, "run")
    place.ready.write_text(json.dumps({"holder": asdict(replace(held.holder, identity="old/1")), "env": {}}))
    with pytest.raises(Refusal, match="is not ready after"):
        attach(place, held.holder)


def test_nobody_attaches_to_a_holder_that_is_ending(place: Layout) -> None:
    held = _held(place, "run")
    held.publish({})
    held.withdraw(wait=False)
    assert attach(place, held.holder) is None


def test_the_word_is_gone_before_a_new_holder_speaks(place: Layout) -> None:
    held = _held(place, "run")
    held.publish({})
    os.close(held.descriptor)
    _held(place)
    assert not place.ready.exists()
