"""Puts jobs into the queue of record, in the transaction of what caused them, and takes them back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import clock
from core.jobs.models import Job, State

log = logging.getLogger(__name__)
_nudging: ContextVar[bool] = ContextVar("nudging", default=True)


def dedupe_key(
    kind: str, subject: UUID | str, version: int | str = "", recipient: UUID | str = "", occasion: str = ""
) -> str:
    """The key that makes a job happen once: kind, subject, version, recipient, occasion."""
    return ":".join(str(part) for part in (kind, subject, version, recipient, occasion))


def enqueue(
    kind: str,
    *,
    subject: UUID,
    key: str,
    payload: dict[str, object] | None = None,
    due_at: datetime | None = None,
    request_id: str = "",
) -> None:
    """Add a job unless one with this `key` exists, and nudge a worker once the transaction has committed.

    With `due_at` in the future the row is a timer: the sweeper finds it. `payload` holds ids only.
    """
    at = clock.now()
    job = Job(
        kind=kind,
        subject=subject,
        dedupe_key=key,
        payload=payload or {},
        created_at=at,
        due_at=due_at or at,
        request_id=request_id,
    )
    Job.objects.bulk_create([job], ignore_conflicts=True)
    if due_at is None or due_at <= at:
        transaction.on_commit(lambda: _nudge(job.id))


def cancel(kind: str, subject: UUID) -> int:
    """Cancel the waiting jobs of `kind` about `subject`; the number cancelled."""
    return Job.objects.filter(kind=kind, subject=subject, state=State.WAITING).update(
        state=State.CANCELLED, done_at=clock.now()
    )


@contextmanager
def without_nudges() -> Iterator[None]:
    """Within it no worker is told of new jobs: the caller does them, or leaves them to the sweeper. For seeders."""
    token = _nudging.set(False)
    try:
        yield
    finally:
        _nudging.reset(token)


def _nudge(job_id: UUID) -> None:
    """Tell a worker. The sweeper does the job anyway if the broker is down, so a failure is only logged."""
    if not _nudging.get():
        return
    from core.jobs.tasks import run_job  # at call time: the tasks need the handlers, which enqueue

    try:
        run_job.apply_async(kwargs={"job_id": str(job_id)}, retry=False)
    except Exception as error:  # noqa: BLE001 - kombu wraps lost connections in many types; none may reach the request
        log.warning("nudge failed, the sweeper will do it", extra={"job": str(job_id), "error": type(error).__name__})
