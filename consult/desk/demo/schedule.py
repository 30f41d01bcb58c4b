"""Lives the stories through, step by step in the order of their time, each at its own moment of the simulated past.

A story is a generator: it yields the moment at which it wants to go on, and does its next step when it is resumed.
"""

import heapq
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test.utils import override_settings

from consult.desk.demo.pictures import LARGE_SLIDE
from core import clock, ids
from core.jobs import run
from core.jobs.models import Job, State
from core.jobs.queue import without_nudges
from notifications.effects import MAIL

LATEST = timedelta(minutes=20)  # before now: a step that would lie in the future is taken then instead
MAILED = timedelta(hours=24)  # mails younger than this are really delivered, by the worker


class QuickHasher(PBKDF2PasswordHasher):
    """Hashes thirty passwords in no time. The one they hash is printed for everybody; sign-in replaces the hash."""

    iterations = 1


# While the past is made: no mail leaves, and no time goes into protecting a public password.
IN_THE_PAST = {
    "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    "PASSWORD_HASHERS": [f"{__name__}.QuickHasher"],
}

Story = Iterator[datetime]


def live(
    stories: Mapping[str, Story], now: datetime, tell: Callable[[int, int], None] = lambda done, all: None
) -> None:
    """Run all stories to their ends. `tell` hears how many stories have ended, of how many.

    Ids depend on the story, the step and the day only: the same world made twice on one day has the same ids.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    waiting = [(moment, name, 0) for name, story in stories.items() if (moment := next(story, None))]
    heapq.heapify(waiting)
    last: dict[str, datetime] = {}
    with clock.travel(now), without_nudges(), override_settings(**IN_THE_PAST):
        while waiting:
            moment, name, step = heapq.heappop(waiting)
            last[name] = _actual(moment, last.get(name), now)
            clock.set_to(last[name])
            with _ids(name, step, min(moment, midnight + timedelta(seconds=step))):
                following = next(stories[name], None)
                do_jobs(last[name], now)
            if following:
                heapq.heappush(waiting, (following, name, step + 1))
            else:
                tell(len(stories) - len(waiting), len(stories))


def _actual(moment: datetime, last: datetime | None, now: datetime) -> datetime:
    """When a step is taken: at its moment, never later than LATEST before now, and always after the step before."""
    actual = min(moment, now - LATEST)
    return max(actual, last + timedelta(seconds=1)) if last else actual


@contextmanager
def _ids(name: str, step: int, moment: datetime) -> Iterator[None]:
    """Ids are those of this step: they rise from `moment`, and what is random in them depends on the step alone."""
    milliseconds = count(int(moment.timestamp() * 1000))
    with ids.seeded(zlib.crc32(f"{name}:{step}".encode()), lambda: next(milliseconds)):
        yield


def do_jobs(at: datetime, now: datetime) -> None:
    """Do what is due at this moment of the past, except what the worker shall do once the demo runs."""
    left = (LARGE_SLIDE, MAIL) if at > now - MAILED else (LARGE_SLIDE,)
    while due := list(
        Job.objects.filter(state=State.WAITING, due_at__lte=at)
        .exclude(kind__in=left)
        .order_by("due_at", "id")
        .values_list("pk", flat=True)
    ):
        if not any([run.run(job) for job in due]):
            return
