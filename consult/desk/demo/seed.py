"""Makes the whole world in an empty, simulated database, and knows whether that has been done, or only half."""

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import connection

from accounts.models import Organisation
from consult.desk.demo import exceptions, plain
from consult.desk.demo.agreements import wait_for_an_answer
from consult.desk.demo.cast import Cast
from consult.desk.demo.consultation import Consultation
from consult.desk.demo.nouns import MADE
from consult.desk.demo.people import settle
from consult.desk.demo.schedule import Story, live
from consult.desk.demo.world import Story as WorldStory
from consult.desk.demo.world import stories
from core.actor import Door, system
from core.audit.models import AuditEvent
from core.audit.record import record
from core.jobs.models import Job

COMMAND = system("demo", Door.COMMAND)


class HalfMade(Exception):
    """The seeding was interrupted: its database must be made anew."""


def is_made() -> bool:
    """Whether the world is complete. Raises HalfMade."""
    if AuditEvent.objects.filter(action=MADE).exists():
        return True
    if Organisation.objects.exists():
        raise HalfMade("This database holds a demo that was interrupted while it was made. Use an empty one.")
    return False


def seed(
    now: datetime,
    only: Collection[str] | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> None:
    """Make laboratories, people and stories (`only`: these ids), and mark the world as made.

    `now` is the moment that the world leads up to. The database must be simulated and empty.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")  # a half-made demo is thrown away, whatever ended it
    live({"people": settle(now)}, now)
    say("laboratories and people")
    cast = Cast()
    chosen = {id_: story for id_, story in stories().items() if only is None or id_ in only}
    told = {id_: _life(story, cast, now) for id_, story in chosen.items()}
    told |= exceptions.lives(chosen, cast, now)
    if only is None:
        told["agreement"] = wait_for_an_answer(cast, now)
    live(told, now, lambda done, all_: say(f"{done} of {all_} cases") if done % 10 == 0 or done == all_ else None)
    for kind, error in Job.objects.exclude(error="").values_list("kind", "error").distinct():
        say(f"left to the worker to try again: {kind}, {error}")
    record(COMMAND, MADE, object_kind="demo")
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")


def _life(story: WorldStory, cast: Cast, now: datetime) -> Story:
    if story.is_consultation:
        return Consultation(story, cast, now.date()).live()
    return plain.live(story, cast, now.date())
