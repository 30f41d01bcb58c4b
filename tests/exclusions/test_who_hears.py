"""Who is told that somebody is kept out of a case, and let in again, and what becomes of requests and drafts."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.work import WorkFields, enter_absence, plan_work
from cases.access.lock import Seen
from cases.access.queries import visible_cases
from cases.basis.kinds import Kind
from cases.objections.actions.lift import lift
from consult.requests.actions.withdraw import withdraw
from consult.requests.policy import visible_requests
from core.actor import Actor
from core.audit.models import AuditEvent
from core.jobs import run
from notifications.models import Notification
from tests.basis.helping import finish, note
from tests.cast import World, local_day, sign_opinion
from tests.exclusions.helping import keeps_out, lets_in, quiet, told
from tests.objections.test_objections import objects
from tests.requests.outside import confirmed
from tests.requests.test_told_afterwards import take_image_off

SignIn = Callable[[Actor], Client]


def test_the_person_is_told_nothing_then_or_later(world: World) -> None:
    quiet()
    keeps_out(world, "expert")
    run.drain()
    request = world.request("accepted")
    withdraw(
        actor=world.colleague,
        request_id=request.pk,
        version=request.version,
        seen=world.seen("accepted"),
        reason="Asked elsewhere",
    )
    run.drain()
    assert told(world.expert) == []


def test_who_asked_hears_that_the_expert_cannot_go_on_and_that_they_can_again(world: World) -> None:
    quiet()
    exclusion = keeps_out(world, "expert")
    run.drain()
    (row,) = Notification.objects.filter(recipient=world.asker.person)
    assert row.kind == "request.expert_kept_out" and row.number == world.request("accepted").number
    assert "conflict" not in row.sentence.lower() and row.person_name == ""
    lets_in(world, exclusion)
    run.drain()
    assert told(world.asker) == ["request.expert_kept_out", "request.goes_on"]
    assert told(world.expert) == []


def test_whoever_kept_the_expert_out_is_not_told_of_it(world: World) -> None:
    quiet()
    keeps_out(world, "expert", by=world.asker)
    run.drain()
    assert told(world.asker) == []


def test_a_colleague_can_withdraw_what_the_expert_cannot_answer(world: World) -> None:
    keeps_out(world, "expert")
    request = world.request("accepted")
    withdraw(
        actor=world.colleague,
        request_id=request.pk,
        version=request.version,
        seen=world.seen("accepted"),
        reason="Asked elsewhere",
    )
    assert world.request("accepted").status == "withdrawn"


def test_where_the_requester_is_kept_out_the_colleagues_hear_of_the_answer(world: World) -> None:
    quiet()
    keeps_out(world, "asker")
    sign_opinion(world, world.request("accepted"), world.seen("accepted"))
    run.drain()
    assert told(world.asker) == []
    assert told(world.colleague) == ["request.requester_kept_out", "request.answer"]
    assert visible_requests(world.colleague).filter(pk=world.request("accepted").pk).exists()


def test_a_requester_who_is_kept_out_hears_nothing_of_what_holds_the_sharing(world: World) -> None:
    keeps_out(world, "asker")
    quiet()
    objection = objects(world)
    run.drain()
    lift(actor=world.staff, objection_id=objection.pk, version=1, seen=Seen(1, 1), reason="The patient agrees now")
    run.drain()
    assert told(world.asker) == []
    assert told(world.colleague) == ["request.held", "request.goes_on"], "who goes on in their place hears it"


def test_where_the_requester_is_kept_out_the_colleagues_hear_of_the_legal_basis(world: World) -> None:
    keeps_out(world, "asker")
    quiet()
    refusal = note(world, Kind.REFUSAL)
    run.drain()
    finish(world, refusal)
    run.drain()
    assert told(world.asker) == [] and told(world.colleague) == ["request.held", "request.goes_on"]


def test_nobody_hears_that_sharing_goes_on_by_the_legal_basis_while_the_expert_is_kept_out(world: World) -> None:
    keeps_out(world, "expert")
    refusal = note(world, Kind.REFUSAL)
    quiet()
    finish(world, refusal)
    run.drain()
    assert "request.goes_on" not in told(world.asker)


@pytest.mark.parametrize("state", ["accepted", "answered", "acknowledged"])
def test_the_colleagues_hear_that_it_is_theirs_to_go_on(world: World, state: str) -> None:
    quiet()
    exclusion = keeps_out(world, "asker", state)
    run.drain()
    (row,) = Notification.objects.filter(recipient=world.colleague.person)
    assert (row.kind, row.number) == ("request.requester_kept_out", world.request(state).number)
    assert row.person_name == "" and row.url == reverse("requests:detail", args=[world.request(state).pk])
    assert told(world.asker) == [] == told(world.expert)
    lets_in(world, exclusion)
    run.drain()
    assert told(world.asker) == [], "nothing ever said that they were kept out"


@pytest.mark.parametrize("state", ["closed", "withdrawn"])
def test_nobody_hears_of_a_requester_of_what_is_over(world: World, state: str) -> None:
    quiet()
    keeps_out(world, "asker", state)
    run.drain()
    assert not Notification.objects.exists()


def test_a_colleague_who_keeps_the_requester_out_is_not_told_of_it(world: World) -> None:
    quiet()
    keeps_out(world, "asker", by=world.colleague)
    run.drain()
    assert told(world.colleague) == []


def test_where_both_are_kept_out_the_colleagues_hear_of_the_expert(world: World) -> None:
    keeps_out(world, "asker")
    quiet()
    keeps_out(world, "expert")
    run.drain()
    assert told(world.asker) == [] and told(world.colleague) == ["request.expert_kept_out"]


def test_nobody_hears_that_sharing_goes_on_while_an_objection_holds_it(world: World) -> None:
    exclusion = keeps_out(world, "expert")
    objects(world)
    quiet()
    lets_in(world, exclusion)
    run.drain()
    assert told(world.asker) == []


def test_nobody_hears_that_sharing_goes_on_for_the_deputy_of_an_expert_who_is_kept_out(world: World) -> None:
    mine = world.expert.acting()
    plan_work(actor=world.expert, membership_id=mine, fields=WorkFields(deputy=world.expert_colleague.membership))
    today = local_day()
    enter_absence(actor=world.expert, membership_id=mine, first_day=today, last_day=today)
    keeps_out(world, "expert")
    objection = objects(world)
    quiet()
    lift(actor=world.staff, objection_id=objection.pk, version=1, seen=Seen(1, 1), reason="The patient agrees now")
    run.drain()
    assert visible_cases(world.expert_colleague).filter(pk=world.case("accepted").pk).exists()
    assert told(world.asker) == []


def test_of_an_expert_whose_request_is_over_meanwhile_nobody_is_told_to_withdraw_it(world: World) -> None:
    quiet()
    keeps_out(world, "expert")
    request = world.request("accepted")
    seen = world.seen("accepted")
    withdraw(actor=world.colleague, request_id=request.pk, version=request.version, seen=seen, reason="Asked elsewhere")
    run.drain()
    assert "request.expert_kept_out" not in told(world.asker)


@pytest.mark.parametrize("who", ["asker", "expert"])
def test_who_is_kept_out_is_not_told_of_what_is_changed_afterwards(world: World, who: str) -> None:
    request = world.request("answered")
    keeps_out(world, who, "answered")
    quiet()
    take_image_off(world, request)
    run.drain()
    hears = {"asker": world.expert, "expert": world.asker}[who]
    assert told(world.people[who]) == [] and told(hears) == ["request.image_taken_off_after_signature"]


def test_who_proposed_an_outside_expert_hears_nothing_once_kept_out(world: World) -> None:
    quiet()
    confirmed(world)
    keeps_out(world, "asker", "draft")
    run.drain()
    assert told(world.asker) == []


def test_a_draft_of_who_is_kept_out_is_discarded_and_the_colleagues_hear_of_the_case(world: World) -> None:
    """Nobody else could see it: not to send it, nor that it is there."""
    quiet()
    case = world.case("draft")
    exclusion = keeps_out(world, "asker", "draft")
    assert world.request("draft").status == "discarded"
    assert AuditEvent.objects.filter(action="request.author_left", case=case.pk, person=world.staff.person).exists()
    run.drain()
    assert told(world.asker) == [] and told(world.colleague) == ["request.requester_left"]
    row = Notification.objects.get(recipient=world.colleague.person)
    assert row.url == reverse("cases:detail", args=[case.pk]) and "has left" not in row.sentence
    lets_in(world, exclusion)
    assert world.request("draft").status == "discarded"


def test_a_draft_of_somebody_else_or_on_another_case_stays(world: World) -> None:
    keeps_out(world, "colleague", "draft")
    keeps_out(world, "asker", "sent")
    assert world.request("draft").status == "draft" and world.request("sent").status == "sent"
