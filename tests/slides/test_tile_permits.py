"""How long a yes lives: five seconds at most, and not a moment longer once somebody withdraws it."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path

import pytest

from slides.ingest.results import Prepared
from slides.sources.openslide_pool import OpenSlidePool
from slides.sources.protocol import SourceChangedError
from slides.tiles.decision import ABSENT, Decision
from slides.tiles.handles import Handles
from slides.tiles.permits import Permit, Permits
from tests.slides.conftest import Clock, FakeAuthority, prepared_for, somebody


@pytest.fixture
def allowed(made: Prepared, made_slide: Path) -> Decision:
    return Decision(200, made.directory, made_slide, made.version, somebody())


@pytest.fixture
def permits(authority: FakeAuthority, clock: Clock, allowed: Decision) -> Permits:
    authority.answers[("ann", "s1")] = allowed
    return Permits(authority, Handles(OpenSlidePool()), clock)


def is_allowed(permits: Permits, session: str = "ann", slide: str = "s1") -> bool:
    return isinstance(permits.get(session, slide), Permit)


def test_a_yes_is_asked_for_once_in_five_seconds(permits: Permits, authority: FakeAuthority, clock: Clock) -> None:
    assert is_allowed(permits)
    clock.now += 4.99
    assert is_allowed(permits)
    assert len(authority.asked) == 1
    clock.now += 0.01
    assert is_allowed(permits)
    assert len(authority.asked) == 2


def test_withdrawn_access_ends_within_five_seconds(permits: Permits, authority: FakeAuthority, clock: Clock) -> None:
    assert is_allowed(permits)
    authority.answers.clear()
    clock.now += 5
    assert not is_allowed(permits)


def test_the_five_seconds_count_from_before_the_question(
    permits: Permits, authority: FakeAuthority, clock: Clock
) -> None:
    def slow_answer() -> None:
        clock.now += 3

    authority.before_answering = slow_answer
    assert is_allowed(permits)
    authority.answers.clear()
    clock.now += 2
    assert not is_allowed(permits)


def test_a_no_is_never_remembered(permits: Permits, authority: FakeAuthority, allowed: Decision) -> None:
    assert not is_allowed(permits, "ben")
    authority.answers[("ben", "s1")] = allowed
    assert is_allowed(permits, "ben")


def test_a_message_ends_every_permission_at_once(permits: Permits, authority: FakeAuthority) -> None:
    assert is_allowed(permits)
    authority.answers.clear()
    permits.drop()
    assert not is_allowed(permits)


def test_an_answer_overtaken_by_a_message_is_not_kept(permits: Permits, authority: FakeAuthority) -> None:
    """The database said yes, then access ended, and only then did the yes arrive."""
    authority.before_answering = permits.drop
    assert is_allowed(permits)
    authority.answers.clear()
    assert not is_allowed(permits)


def test_one_persons_yes_is_nobody_elses_and_for_no_other_slide(permits: Permits) -> None:
    assert is_allowed(permits)
    assert not is_allowed(permits, "ben")
    assert not is_allowed(permits, "ann", "s2")


def test_who_starts_to_act_for_another_lab_loses_what_the_first_allowed(
    permits: Permits, authority: FakeAuthority, allowed: Decision
) -> None:
    assert is_allowed(permits)
    authority.answers[("ann", "s2")] = dataclasses.replace(allowed, actor=somebody())
    authority.answers[("ann", "s1")] = ABSENT
    assert is_allowed(permits, "ann", "s2")
    assert not is_allowed(permits)


def test_a_burst_of_tiles_asks_once(permits: Permits, authority: FakeAuthority) -> None:
    started, go = threading.Event(), threading.Event()

    def wait() -> None:
        started.set()
        go.wait(timeout=10)

    authority.before_answering = wait
    results: list[bool] = []
    threads = [threading.Thread(target=lambda: results.append(is_allowed(permits))) for _ in range(8)]
    threads[0].start()
    assert started.wait(timeout=10)
    for thread in threads[1:]:
        thread.start()
    go.set()
    for thread in threads:
        thread.join(timeout=10)
    assert results == [True] * 8
    assert len(authority.asked) == 1


def test_who_keeps_the_record_is_told_once_with_each_yes_and_again_after_a_no(
    permits: Permits, authority: FakeAuthority, clock: Clock
) -> None:
    def send() -> int:
        permit = permits.get("ann", "s1")
        assert isinstance(permit, Permit)
        return permits.fetched("ann", "s1", permit, {})

    assert is_allowed(permits)
    assert authority.fetches == [], "a yes alone, as for a thumbnail, is no look"
    authority.says = 404
    assert (send(), send()) == (404, 404)
    authority.says, authority.fetches = 200, []
    assert [send() for _ in range(3)] == [200, 200, 200]
    assert authority.fetches == ["s1"]
    clock.now += 5
    assert (send(), send()) == (200, 200)
    assert authority.fetches == ["s1", "s1"]


def test_a_burst_of_tiles_is_told_of_once(permits: Permits, authority: FakeAuthority) -> None:
    permit = permits.get("ann", "s1")
    assert isinstance(permit, Permit)
    started, go = threading.Event(), threading.Event()

    def wait() -> None:
        started.set()
        go.wait(timeout=10)

    authority.before_answering = wait
    results: list[int] = []
    threads = [
        threading.Thread(target=lambda: results.append(permits.fetched("ann", "s1", permit, {}))) for _ in range(8)
    ]
    threads[0].start()
    assert started.wait(timeout=10)
    for thread in threads[1:]:
        thread.start()
    assert results == [], "nobody is sent anything before the record is kept"
    go.set()
    for thread in threads:
        thread.join(timeout=10)
    assert (results, authority.fetches) == ([200] * 8, ["s1"])


def test_what_has_expired_does_not_pile_up(
    permits: Permits, authority: FakeAuthority, clock: Clock, allowed: Decision
) -> None:
    for number in range(50):
        authority.answers[(f"person-{number}", "s1")] = allowed
        is_allowed(permits, f"person-{number}")
        clock.now += 1
    assert len(permits._known) <= 6


def test_opened_slides_are_shared_and_bounded(made: Prepared, made_slide: Path, tmp_path: Path) -> None:
    handles = Handles(OpenSlidePool(), kept=2)
    first = handles.get(made.directory, made_slide)
    assert handles.get(made.directory, made_slide) is first
    for name in ("a", "b"):
        copy = tmp_path / f"{name}.svs"
        copy.write_bytes(made_slide.read_bytes())
        handles.get(prepared_for(made, copy, tmp_path / name), copy)
    assert len(handles) == 2
    assert handles.get(made.directory, made_slide) is not first
    assert first.tile(0, 0, 0).startswith(b"\xff\xd8")


def test_a_replaced_file_is_refused_until_it_is_prepared_again(
    made: Prepared, made_slide: Path, tmp_path: Path
) -> None:
    copy, other = tmp_path / "copy.svs", tmp_path / "other.svs"
    for path in (copy, other):
        path.write_bytes(made_slide.read_bytes())
    folder, handles = prepared_for(made, copy, tmp_path / "prepared"), Handles(OpenSlidePool())
    first = handles.get(folder, copy)
    other.replace(copy)
    with pytest.raises(SourceChangedError):
        handles.get(folder, copy)
    prepared_for(made, copy, folder)
    assert handles.get(folder, copy) is not first
