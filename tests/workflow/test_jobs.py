"""The queue of record: what was promised is done, also when a nudge is lost, a worker dies or a handler fails."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from core import clock
from core.ids import new_id
from core.jobs import hooks, run
from core.jobs.hooks import Effect
from core.jobs.models import Job, State
from core.jobs.queue import enqueue

pytestmark = pytest.mark.django_db
KIND = "test.effect"
At = Callable[[datetime], None]


class Killed(BaseException):
    """A worker that dies in the middle: nothing catches it."""


class Handler:
    """Does what a job wants, or fails or dies as long as it is told to; remembers what was done."""

    def __init__(self) -> None:
        self.done: list[UUID] = []
        self.fault: BaseException | None = None

    def __call__(self, job: Job) -> None:
        if self.fault is not None:
            raise self.fault
        self.done.append(job.subject)


@pytest.fixture(params=[True, False], ids=["inside", "outside"])
def handler(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Handler:
    """A kind of job of this test's own: one that stays in the database, or one that reaches outside."""
    made = Handler()
    monkeypatch.setitem(hooks._effects, KIND, Effect(KIND, made, inside=request.param))
    return made


def promised(occasion: str = "1") -> Job:
    """A job whose nudge nobody hears: the test's transaction never commits."""
    subject = new_id()
    enqueue(KIND, subject=subject, key=f"{KIND}:{subject}:{occasion}")
    return Job.objects.get(subject=subject)


def test_a_job_whose_nudge_was_lost_is_done_once_by_the_sweeper(handler: Handler) -> None:
    job = promised()
    run.sweep()
    run.sweep()
    job.refresh_from_db()
    assert (handler.done, job.state, job.attempts) == ([job.subject], State.DONE, 1)


def test_one_occasion_is_one_job(handler: Handler) -> None:
    job = promised()
    enqueue(KIND, subject=job.subject, key=job.dedupe_key)
    run.sweep()
    assert handler.done == [job.subject]


def test_what_a_dying_worker_had_begun_is_done_by_the_next(handler: Handler, at: At) -> None:
    job, now = promised(), clock.now()
    handler.fault = Killed()
    with pytest.raises(Killed):
        run.run(job.pk)
    handler.fault = None
    at(now + run.LEASE + timedelta(minutes=1))
    run.sweep()
    job.refresh_from_db()
    assert (handler.done, job.state) == ([job.subject], State.DONE)


def test_a_failing_job_waits_ever_longer_and_is_put_aside_for_a_person(handler: Handler, at: At) -> None:
    job, waits = promised(), []
    handler.fault = ValueError("the name of a patient")
    while job.state == State.WAITING:
        at(job.due_at)
        run.sweep()
        before = job.due_at
        job.refresh_from_db()
        waits.append(job.due_at - before)
    assert (job.state, len(waits), handler.done) == (State.FAILED, run.MOST_ATTEMPTS, [])
    assert waits == sorted(waits)
    assert waits[0] < timedelta(minutes=1) < waits[-1] == run.LONGEST_WAIT
    assert "ValueError" in job.error
    assert "patient" not in job.error
    handler.fault = None
    at(job.due_at)
    run.sweep()
    assert handler.done == [], "it is a person's turn"
    assert run.retry(job.pk)
    run.sweep()
    assert handler.done == [job.subject]
