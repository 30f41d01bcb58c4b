"""Somebody of the cast is kept out of a case, and let in again."""

from collections.abc import Callable

from django.test import Client

from cases.access.lock import Seen
from cases.exclusions.actions.keep_out import keep_out
from cases.exclusions.actions.let_in import let_in
from cases.exclusions.models import Exclusion
from core.actor import Actor
from core.jobs import run
from notifications.models import Notification
from tests.cast import World

SignIn = Callable[[Actor], Client]


def keeps_out(
    world: World, who: str, state: str = "accepted", by: Actor | None = None, reason: str = "conflict", note: str = ""
) -> Exclusion:
    return keep_out(
        actor=by or world.staff,
        case_id=world.case(state).pk,
        seen=world.seen(state),
        person_id=world.people[who].who(),
        reason=reason,
        note=note,
        oneself=world.people[who].person == (by or world.staff).person,
    )


def lets_in(world: World, exclusion: Exclusion, by: Actor | None = None) -> Exclusion:
    return let_in(
        actor=by or world.staff,
        exclusion_id=exclusion.pk,
        version=exclusion.version,
        seen=Seen(1, 1),
        reason="No conflict after all",
    )


def told(actor: Actor) -> list[str]:
    """The kinds of what stands in somebody's inbox, the newest last; the inbox of before is emptied by `quiet`."""
    return list(
        Notification.objects.filter(recipient=actor.person).order_by("created_at").values_list("kind", flat=True)
    )


def quiet() -> None:
    run.drain()
    Notification.objects.all().delete()
