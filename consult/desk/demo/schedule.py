"""Lives the stories through, step by step in the order of their time, each at its own moment of the simulated past.

A story is a generator: it yields the moment at which it wants to go on, and does its next step when it is resumed.
"""

import heapq
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

from django.conf import settings

from core import clock, ids
from core.jobs import run
from core.jobs.models import Job, State
from core.jobs.queue import without_nudges
from notifications.effects import MAIL

LATEST = timedelta(minutes=20)  # before now: a step that would lie in the future is taken then instead
MAILED = timedelta(hours=24)  # mails younger than this are really delivered, by the worker
LEFT_TO_THE_WORKER = ("demo.large_slide",)
NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"

Story = Iterator[datetime]


def live(stories: Mapping[str, Story], now: datetime, tell: Callable[[int, int], None] = lambda done, all: None) -> int:
    """Run all stories to their ends; the number of steps. `tell` hears how many stories have ended, of how many.

    Ids depend on the story, the step and the day only: the same world made twice on one day has the same ids.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    waiting = [(moment, name, 0) for name, story in stories.items() if (moment := next(story, None))]
    last: dict[str, datetime] = {}
    heapq.heapify(waiting)
    steps = ended = 0
    while waiting:
        moment, name, step = heapq.heappop(waiting)
        actual = min(moment, now - LATEST)
        if name in last:
            actual = max(actual, last[name] + timedelta(seconds=1))
        last[name] = actual
        with _moment(name, step, actual, min(moment, midnight + timedelta(seconds=step)), now):
            following = next(stories[name], None)
            do_jobs(now)
        steps += 1
        if following:
            heapq.heappush(waiting, (following, name, step + 1))
        else:
            ended += 1
            tell(ended, len(stories))
    return steps


@contextmanager
def _moment(name: str, step: int, actual: datetime, for_ids: datetime, now: datetime) -> Iterator[None]:
    """Time stands still at `actual`; ids are those of this step; no worker is told, and no mail of the past leaves."""
    milliseconds = count(int(for_ids.timestamp() * 1000))
    seed = zlib.crc32(f"{name}:{step}".encode())
    with clock.travel(actual), ids.seeded(seed, lambda: next(milliseconds)), without_nudges(), _no_mail():
        yield


@contextmanager
def _no_mail() -> Iterator[None]:
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = NO_MAIL
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = backend


def do_jobs(now: datetime) -> None:
    """Do what is due at this moment of the past, except what the worker shall do once the demo runs."""
    left = (*LEFT_TO_THE_WORKER, MAIL) if clock.now() > now - MAILED else LEFT_TO_THE_WORKER
    while due := list(
        Job.objects.filter(state=State.WAITING, due_at__lte=clock.now())
        .exclude(kind__in=left)
        .order_by("due_at", "id")
        .values_list("pk", flat=True)
    ):
        if not any([run.run(job) for job in due]):
            return
