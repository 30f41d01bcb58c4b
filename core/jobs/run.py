"""Does jobs: claims a row, acts, marks it done. Used by the worker's tasks and by the sweeper alike."""

import logging
import traceback
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core import clock
from core.jobs.hooks import Effect, effect_for
from core.jobs.models import Job, State

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=11)  # longer than a task may live, so that a lease never ends under a living worker
MOST_ATTEMPTS = 12
LONGEST_WAIT = timedelta(hours=1)


def backoff(attempts: int) -> timedelta:
    """How long to wait after the n-th failure: 5 s x 2^n, at most one hour."""
    return min(LONGEST_WAIT, timedelta(seconds=5 * 2 ** min(attempts, 12)))


def run(job_id: UUID) -> bool:
    """Do one job if it is due and nobody else is at it. True if it was done now.

    An inside effect and its mark commit together. An outside effect is claimed by lease first and acts with no
    transaction open; if it dies after acting, it is repeated with the same message id.
    """
    kind = Job.objects.filter(pk=job_id).values_list("kind", flat=True).first()
    if kind is None:
        return False
    effect = effect_for(kind)
    try:
        return _inside(job_id, effect) if effect.inside else _outside(job_id, effect)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, the row must record it and try again
        _failed(job_id, error)
        return False


def _claim(job_id: UUID) -> Job | None:
    """Lock the row if it is due and free, else None. Call in a transaction."""
    at = clock.now()
    free = Q(state=State.WAITING, due_at__lte=at) | Q(state=State.CLAIMED, lease_until__lte=at)
    return Job.objects.select_for_update(skip_locked=True).filter(free, pk=job_id).first()


def _inside(job_id: UUID, effect: Effect) -> bool:
    with transaction.atomic():
        job = _claim(job_id)
        if job is None:
            return False
        effect.handler(job)
        _done(job)
    return True


def _outside(job_id: UUID, effect: Effect) -> bool:
    with transaction.atomic():
        job = _claim(job_id)
        if job is None:
            return False
        job.state, job.lease_until = State.CLAIMED, clock.now() + LEASE
        job.save(update_fields=["state", "lease_until"])
    effect.handler(job)
    with transaction.atomic():
        _done(job)
    return True


def _done(job: Job) -> None:
    job.state, job.done_at, job.error, job.lease_until = State.DONE, clock.now(), "", None
    job.attempts += 1
    job.save(update_fields=["state", "done_at", "attempts", "error", "lease_until"])


def _failed(job_id: UUID, error: Exception) -> None:
    """Count the failure and put the row back, or, after MOST_ATTEMPTS, aside for a person."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    summary = f"{type(error).__name__} in {place.name}, line {place.lineno}"  # no message: it may hold data
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        job.attempts += 1
        job.state = State.FAILED if job.attempts >= MOST_ATTEMPTS else State.WAITING
        job.due_at, job.lease_until, job.error = clock.now() + backoff(job.attempts), None, summary
        job.save(update_fields=["attempts", "state", "due_at", "lease_until", "error"])
    log.error("job failed", extra={"job": str(job_id), "kind": job.kind, "attempts": job.attempts, "error": summary})


def due(limit: int) -> list[UUID]:
    """The ids of up to `limit` jobs that are due or whose lease ran out, oldest first."""
    at = clock.now()
    rows = Job.objects.filter(
        Q(state=State.WAITING, due_at__lte=at) | Q(state=State.CLAIMED, lease_until__lte=at), due_at__lte=at
    )
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:limit])


def sweep(limit: int = 500) -> int:
    """Do everything that is due; the number of jobs done. Any number of sweepers may run at once."""
    return sum(run(job_id) for job_id in due(limit))


def drain(rounds: int = 20) -> int:
    """Sweep until nothing is due (jobs may cause jobs), at most `rounds` times; for commands and tests."""
    total = 0
    for _ in range(rounds):
        done = sweep()
        if not done:
            break
        total += done
    return total


def retry(job_id: UUID) -> bool:
    """Make a failed job due again; False if it is not a failed one."""
    return bool(
        Job.objects.filter(pk=job_id, state=State.FAILED).update(state=State.WAITING, attempts=0, due_at=clock.now())
    )
