"""The tasks: do this job; sweep. Beat only ticks; the rows say what is due."""

from uuid import UUID

from django.core.cache import cache

from core.jobs import run
from core.jobs.task import task

HEARTBEAT = "jobs:last-tick"


@task("jobs.run_job")
def run_job(*, job_id: str) -> None:
    """Do one job now; the sweeper does it later if this is lost."""
    run.run(UUID(job_id))


@task("jobs.tick")
def tick() -> None:
    """Sweep what is due, and leave a mark that readiness looks at."""
    cache.set(HEARTBEAT, 1, timeout=60)
    run.sweep()
