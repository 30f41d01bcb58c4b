"""What needs a person now: only what really does, the most pressing first; the page shows four and counts the rest."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from consult.desk.needs import needs
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor
from tests.cast import World
from tests.desk.test_worklist import copies_of
from tests.requests.changes import BLOCKING, CHANGES, confirm, move
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


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize("who", ["asker", "colleague"])
def test_a_case_changed_after_sending_needs_the_laboratory_that_asked(world: World, who: str, kind: str) -> None:
    """Once it is confirmed, nobody."""
    request, actor = world.request("accepted"), world.people[who]
    CHANGES[kind](world, request)
    needed = [need for need in needs(actor) if need.request.pk == request.pk]
    assert [need.rank == 0 for need in needed] == [kind in BLOCKING]
    confirm(world.asker, request)
    assert request.pk not in [need.request.pk for need in needs(actor)]


def test_a_changed_case_with_an_open_question_is_one_card(world: World) -> None:
    request = world.request("waiting")
    move(world, request)
    mine = [need for need in needs(world.asker) if need.request.pk == request.pk]
    assert [need.text for need in mine] == ["Another patient now: confirm or withdraw"]


def test_what_is_over_or_of_another_laboratory_needs_no_confirming(world: World, mirror: World) -> None:
    move(world, world.request("acknowledged"))
    move(world, world.request("accepted"))
    assert [need.request.status for need in needs(world.colleague)] == ["accepted"]
    for who in (world.staff, world.stranger, mirror.asker):
        assert world.request("accepted").pk not in [need.request.pk for need in needs(who)]


def test_what_is_over_its_time_comes_first(world: World, at: Callable[[datetime], None]) -> None:
    late = world.request("accepted")
    ConsultRequest.objects.filter(pk=late.pk).update(due_at=clock.now() - timedelta(hours=2))
    first = needs(world.expert)[0]
    assert (first.request.pk, first.rank) == (late.pk, 0)
    assert "2 h over" in first.time


def test_what_was_accepted_and_is_to_be_answered_needs_the_expert(world: World) -> None:
    """However much time there is left."""
    assert "accepted" in states_of(world.expert)
    ConsultRequest.objects.filter(status="accepted").update(priority="urgent")
    ConsultRequest.objects.filter(status="sent").update(priority="routine")
    assert states_of(world.expert)[0] == "accepted"


def test_there_are_four_cards_and_a_way_to_the_rest(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.expert)
    assert "more-needs" not in text_of(client, "/")
    copies_of(world.request("sent"), 10)
    page = text_of(client, "/")
    assert page.count('class="cs-need"') == 4
    assert f'href="/?view=mine">and {len(needs(world.expert)) - 4} more</a>' in page


def test_a_stranger_needs_nothing(world: World) -> None:
    assert needs(world.stranger) == []
