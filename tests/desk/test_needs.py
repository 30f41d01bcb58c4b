"""What needs a person now: only what really does, the most pressing first, four at most."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.test import Client

from consult.desk.needs import needs
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor
from tests.cast import World
from tests.desk.test_worklist import copies_of
from tests.requests.screen import text_of

SignIn = Callable[[Actor], Client]


def states_of(actor: Actor) -> list[str]:
    """The status of each card's request, in the order of the cards."""
    return [need.request.status for need in needs(actor)]


def test_the_expert_is_asked_to_accept(world: World) -> None:
    assert "sent" in states_of(world.expert)


def test_what_waits_for_the_requester_is_no_card_of_the_expert(world: World) -> None:
    assert not {"asked", "waiting"} & set(states_of(world.expert))


def test_the_requester_is_asked_for_information_opinions_and_closing(world: World) -> None:
    assert sorted(states_of(world.asker)[:2]) == ["asked", "waiting"]
    assert states_of(world.asker)[2:] == ["answered", "acknowledged"]


def test_a_fresh_draft_is_left_in_peace_and_an_old_one_is_not(world: World, at: Callable[[datetime], None]) -> None:
    ConsultRequest.objects.filter(status__in=["asked", "waiting", "answered", "acknowledged"]).update(status="sent")
    assert "draft" not in states_of(world.asker)
    at(clock.now() + timedelta(hours=13))
    assert "draft" in states_of(world.asker)


def test_what_is_over_its_time_comes_first(world: World, at: Callable[[datetime], None]) -> None:
    late = world.request("accepted")
    ConsultRequest.objects.filter(pk=late.pk).update(due_at=clock.now() - timedelta(hours=2))
    first = needs(world.expert)[0]
    assert (first.request.pk, first.rank) == (late.pk, 0)
    assert "2 h over" in first.time


def test_there_are_never_more_than_four(world: World, sign_in: SignIn) -> None:
    copies_of(world.request("sent"), 10)
    assert len(needs(world.expert)) == 4
    assert text_of(sign_in(world.expert), "/").count('class="cs-need"') == 4


def test_a_stranger_needs_nothing(world: World) -> None:
    assert needs(world.stranger) == []
