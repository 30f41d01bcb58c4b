"""Nothing goes to another laboratory without an agreement, and the end of one strands nothing."""

import pytest
from django.urls import reverse

from accounts.actions.agreement import end
from consult.requests.actions.accept import accept
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.send import send
from consult.requests.models import ConsultRequest
from core.actor import Actor
from core.errors import Invalid
from tests.cast import World, client_for, sign_opinion


def over(world: World) -> None:
    agreement = world.agreement("confirmed")
    end(actor=world.admin, agreement_id=agreement.pk, version=agreement.version, reason="Over")


def ask(world: World, expert: Actor) -> ConsultRequest:
    request = world.request("draft")
    return edit(
        actor=world.asker,
        request_id=request.pk,
        version=request.version,
        seen=world.seen("draft"),
        draft=Draft(expert=expert.membership),
    )


def sent(world: World, request: ConsultRequest) -> ConsultRequest:
    return send(actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen("draft"))


def test_a_request_names_the_agreement_it_was_sent_under(world: World) -> None:
    request = sent(world, world.request("draft"))
    assert request.agreement == world.agreement("confirmed")


def test_nothing_is_sent_to_a_laboratory_without_an_agreement(world: World) -> None:
    request = ask(world, world.stranger)
    with pytest.raises(Invalid) as refusal:
        sent(world, request)
    assert "no agreement" in refusal.value.fields["expert"]


def test_a_colleague_of_the_own_laboratory_is_asked_without_one(world: World) -> None:
    over(world)
    request = sent(world, ask(world, world.colleague))
    assert request.status == "sent"
    assert request.agreement is None


def test_an_agreement_that_ends_strands_nothing(world: World) -> None:
    over(world)
    with pytest.raises(Invalid):
        sent(world, world.request("draft"))
    waiting = world.request("sent")
    taken = accept(
        actor=world.expert,
        request_id=waiting.pk,
        version=waiting.version,
        seen=world.seen("sent"),
        accession_number="EXP-77",
    )
    assert sign_opinion(world, taken, world.seen("sent")).status == "answered"


def test_the_form_offers_whom_an_agreement_allows_and_says_who_is_beyond(world: World) -> None:
    page = client_for(world.asker).get(reverse("requests:edit", args=[world.request("draft").pk])).content.decode()
    assert f"expert-{world.expert.membership}" in page
    assert f"expert-{world.stranger.membership}" not in page
    assert "has no agreement for such a case with" in page
    assert "North other laboratory" in page


def test_a_chosen_expert_without_an_agreement_is_marked_and_stands_in_the_readiness(world: World) -> None:
    over(world)
    client, request = client_for(world.asker), world.request("draft")
    page = client.get(reverse("requests:edit", args=[request.pk])).content.decode()
    assert "No agreement with this laboratory for such a case" in page
    check = client.get(reverse("requests:check", args=[request.pk])).content.decode()
    assert "Your laboratory has no agreement with North answering laboratory" in check
