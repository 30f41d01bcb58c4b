"""Doing the jobs of one kind: the queue of the tests' world holds others, which take long."""

from core.jobs.models import Job, State
from core.jobs.run import run


def do(kind: str) -> int:
    """Do every waiting job of this kind; how many were done."""
    return sum(run(pk) for pk in Job.objects.filter(kind=kind, state=State.WAITING).values_list("pk", flat=True))
