"""Somebody from outside joins for one case, is asked about it alone, and is taken back again."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.mail import EmailMessage
from django.urls import reverse

from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.end_membership import end_membership
from accounts.actions.invite import invite
from accounts.actors import for_member
from accounts.effects import INVITATION_MAIL
from accounts.finding import find_colleagues
from accounts.links import invitation_url
from accounts.models import Membership, Organisation, User
from accounts.policy import colleagues, experts
from cases.access.queries import visible_cases, visible_slides
from cases.basis.kinds import Against, Kind
from cases.models import CaseGrant
from consult.requests.actions.accept import accept
from consult.requests.actions.create import create
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.send import send
from consult.requests.models import ConsultRequest, OutsideExpert
from consult.requests.outside import actions
from consult.requests.outside.actions import Who
from consult.requests.outside.policy import parties
from core import clock
from core.actor import Actor, Door, system
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Invalid
from core.ids import new_id
from core.jobs import run
from core.workflow.models import TimelineEntry
from notifications.models import Notification
from tests.accounts.jobs import do
from tests.basis.helping import note
from tests.cast import World, client_for, sign_opinion
from tests.cast import propose as offer
from tests.requests.outside import (
    STRONG,
    WHO,
    accepted,
    asked,
    confirmed,
    discarded,
    joined,
    of_person,
    proposed,
    taken_up,
)


def test_from_the_proposal_to_the_signed_opinion(world: World, mailoutbox: list[EmailMessage]) -> None:
    made = confirmed(world)
    do(INVITATION_MAIL)
    assert [mail for mail in mailoutbox if mail.to == [WHO["email"]]]
    outside = accepted(made)
    run.drain()
    kinds = set(Notification.objects.filter(kind__startswith="outside_expert").values_list("recipient", "kind"))
    assert kinds == {
        (world.admin.person, "outside_expert.propose"),
        (world.asker.person, "outside_expert.confirm"),
        (world.asker.person, "outside_expert.join"),
    }
    request = asked(world, outside)
    seen = world.seen("draft")
    request = send(actor=world.asker, request_id=request.pk, version=request.version, seen=seen)
    assert visible_cases(outside).count() == 1
    request = accept(actor=outside, request_id=request.pk, version=request.version, seen=seen, accession_number="OUT-1")
    there = World(world.name, {**world.people, "expert": outside})
    assert sign_opinion(there, request, seen).status == "answered"


def test_the_outside_expert_is_there_for_this_case_alone_and_looks_up_nobody(world: World) -> None:
    outside = joined(world)
    assert not colleagues(outside).exists()
    assert not experts(world.asker).filter(pk=outside.acting()).exists()
    assert not visible_cases(outside).exists()
    other = ConsultRequest.objects.get(pk=world.request("sent").pk)
    ConsultRequest.objects.filter(pk=other.pk).update(status="draft")
    with pytest.raises(Invalid) as refusal:
        asked(world, outside, "sent")
    assert "expert" in refusal.value.fields


def becomes_member(world: World) -> User:
    """The person who was invited from outside joins a laboratory here, by its own invitation."""
    given: dict[str, Any] = {"given_name": WHO["given_name"], "family_name": WHO["family_name"], "email": WHO["email"]}
    made = invite(actor=system("tests", Door.COMMAND), organisation_id=world.stranger.lab(), role="lab_staff", **given)
    return accept_invitation(actor=Actor(person=None, name=""), invitation_id=made.pk, password=STRONG)


@pytest.mark.parametrize("state", ["proposed", "invited"])
def test_who_joins_a_laboratory_before_accepting_is_not_there_for_one_case_as_well(world: World, state: str) -> None:
    made = proposed(world) if state == "proposed" else confirmed(world)
    person = becomes_member(world)
    run.drain()
    made.refresh_from_db()
    assert made.status == "withdrawn"
    if made.invitation:
        with pytest.raises(Conflict, match="no longer be used"):
            accept_invitation(actor=of_person(person), invitation_id=made.invitation.pk, password="")
    assert [each.role for each in person.memberships.all()] == ["lab_staff"]
    told = Notification.objects.filter(subject=made.pk, kind="outside_expert.join_elsewhere")
    assert list(told.values_list("recipient", flat=True)) == [world.asker.person]
    page = client_for(world.asker).get(reverse("notifications:list")).text
    assert f"The outside expert for request {made.request.number} is a member of a laboratory here now" in page


def test_the_link_is_refused_while_that_is_not_yet_done(world: World) -> None:
    made = confirmed(world)
    person = User.objects.create_user(WHO["email"], STRONG, given_name=WHO["given_name"], family_name="Utanför")
    Membership.objects.create(user=person, organisation_id=world.stranger.lab(), role="lab_staff")
    assert made.invitation is not None
    page = client_for(of_person(person)).post(urlsplit(invitation_url(made.invitation.pk)).path, {})
    assert page.status_code == 409 and "You are a member of a laboratory here" in page.text
    assert [each.role for each in person.memberships.all()] == ["lab_staff"]
    made.refresh_from_db()
    assert made.status == "invited"


def test_with_the_draft_the_invitation_is_withdrawn_also_when_its_author_leaves(world: World) -> None:
    made = confirmed(world)
    assert made.invitation is not None
    end_membership(actor=world.admin, membership_id=world.asker.acting())
    run.drain()
    made.refresh_from_db()
    assert made.status == "withdrawn" and world.request("draft").status == "discarded"
    with pytest.raises(Conflict):
        accept_invitation(actor=Actor(person=None, name=""), invitation_id=made.invitation.pk, password=STRONG)


def test_who_has_joined_for_a_discarded_draft_can_be_asked_about_its_case(world: World) -> None:
    outside = joined(world)
    discarded(world)
    run.drain()
    case = world.case("draft")
    again = create(actor=world.asker, case_id=case.pk, seen=world.seen("draft"))
    key: dict[str, Any] = {"request_id": again.pk, "version": again.version, "seen": world.seen("draft")}
    assert edit(actor=world.asker, draft=Draft(expert=outside.membership), **key).expert_id == outside.membership


def test_withdrawn_the_link_no_longer_works_and_nobody_can_be_asked(world: World) -> None:
    made = confirmed(world)
    assert made.invitation is not None
    actions.withdraw(actor=world.asker, expert_id=made.pk, version=made.version, reason="Not needed")
    with pytest.raises(Conflict):
        accept_invitation(actor=Actor(person=None, name=""), invitation_id=made.invitation.pk, password=STRONG)


def test_who_proposed_and_has_come_back_may_still_take_it_back(world: World) -> None:
    made = confirmed(world)
    former = Membership.objects.get(pk=world.asker.acting())
    Membership.objects.filter(pk=former.pk).update(valid_until=clock.now())
    former.pk, former.valid_from, former.valid_until = new_id(), clock.now(), None
    former.save(force_insert=True)
    back = for_member(former.pk, Door.WEB)
    assert parties(back, made) == {"requester"} and parties(world.colleague, made) == set()
    Membership.objects.filter(pk=former.pk).update(role="lab_staff")
    with pytest.raises(Forbidden):  # as what they are no pathologist
        actions.withdraw(
            actor=for_member(former.pk, Door.WEB), expert_id=made.pk, version=made.version, reason="Not needed"
        )
    actions.withdraw(actor=back, expert_id=made.pk, version=made.version, reason="Not needed")
    made.refresh_from_db()
    assert made.status == "withdrawn"


def test_withdrawn_after_joining_nothing_can_be_sent(world: World) -> None:
    outside = joined(world)
    request = asked(world, outside)
    made = OutsideExpert.objects.get()
    actions.withdraw(actor=world.admin, expert_id=made.pk, version=made.version, reason="Doubts")
    with pytest.raises(Invalid) as refusal:
        send(actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen("draft"))
    assert "expert" in refusal.value.fields


def withdraw_on_the_page(who: Actor) -> str:
    """Withdraw the outside expert; what the page said before."""
    made, client = OutsideExpert.objects.get(), client_for(who)
    page = client.get(reverse("requests:outside_expert", args=[made.pk])).content.decode()
    step = reverse("requests:act_on_outside_expert", args=[made.pk, "withdraw"])
    assert client.post(step, {"version": made.version, "reason": "Doubts about the diploma"}).status_code == 302
    return page


@pytest.mark.ci
@pytest.mark.parametrize("steps", ["", "ask", "accept", "accept ask"])
def test_withdrawn_while_the_request_runs_it_ends_and_somebody_else_can_be_asked(world: World, steps: str) -> None:
    outside, request = taken_up(world, steps)
    theirs = client_for(outside)
    assert theirs.get(reverse("cases:detail", args=[request.case_id])).status_code == 200
    said = withdraw_on_the_page(world.admin)
    assert f"Request {request.number} is with this person. It is withdrawn too" in said
    request.refresh_from_db()
    assert request.status == "withdrawn" and request.ended_at
    assert not visible_cases(outside).exists() and not CaseGrant.objects.filter(
        user=outside.person, revoked_at__isnull=True
    )
    assert theirs.get(reverse("cases:detail", args=[request.case_id])).status_code == 404
    assert "Doubts" not in theirs.get(reverse("requests:detail", args=[request.pk])).content.decode()
    step = TimelineEntry.objects.get(noun="request", noun_id=request.pk, action="withdraw")
    row = AuditEvent.objects.get(action="request.withdrawn", object_id=str(request.pk))
    assert step.person == row.person == world.admin.person
    run.drain()
    about = [request.pk, OutsideExpert.objects.get().pk]
    told = set(
        Notification.objects.filter(subject__in=about, kind__endswith=".withdraw").values_list("recipient", "kind")
    )
    assert told == {(world.asker.person, "outside_expert.withdraw"), (outside.person, "request.withdraw")}
    assert create(actor=world.asker, case_id=request.case_id, seen=world.seen("draft")).status == "draft"


def test_withdrawn_after_the_signature_the_opinion_stays_and_the_slides_close(world: World) -> None:
    outside, request = taken_up(world, "accept sign")
    said = withdraw_on_the_page(world.asker)
    assert f"The opinion on request {request.number} is signed and stays" in said
    request.refresh_from_db()
    assert request.status == "answered"
    assert not visible_cases(outside).exists() and not visible_slides(outside).exists()
    assert client_for(outside).get(reverse("reports:detail", args=[request.report_id])).status_code == 200
    assert client_for(world.asker).get(reverse("reports:detail", args=[request.report_id])).status_code == 200


def test_withdrawn_for_one_request_and_confirmed_for_another_of_the_case_what_runs_goes_on(world: World) -> None:
    outside, request = taken_up(world, "accept")
    again = create(actor=world.asker, case_id=request.case_id, seen=world.seen("draft"))
    other = actions.propose(actor=world.asker, request_id=again.pk, who=Who(**WHO))
    other = actions.confirm(actor=world.admin, expert_id=other.pk, version=1, verified="known")
    assert other.membership_id == outside.membership
    for made in (OutsideExpert.objects.get(request=request), other):
        assert visible_cases(outside).exists()
        made.refresh_from_db()
        actions.withdraw(actor=world.admin, expert_id=made.pk, version=made.version, reason="Once is enough")
    request.refresh_from_db()
    assert request.status == "withdrawn" and not visible_cases(outside).exists()


def test_whoever_was_here_for_another_case_is_asked_again_without_a_second_account(world: World) -> None:
    outside = joined(world)
    made = OutsideExpert.objects.get()
    actions.withdraw(actor=world.asker, expert_id=made.pk, version=made.version, reason="Again")
    again = confirmed(world)
    assert (again.status, again.membership_id) == ("joined", outside.membership)


def test_who_is_here_for_one_case_is_no_partner_of_anybody(world: World) -> None:
    """Her place is offered in no list and taken by no action, in her own laboratory's neighbours as here."""
    outside = joined(world)
    place, name = outside.lab(), Organisation.objects.get(pk=outside.lab()).short_name
    case = world.request("sent").case_id
    for who, address in (
        ("admin", reverse("accounts:propose_agreement")),
        ("expert_admin", reverse("accounts:propose_agreement")),
        ("asker", reverse("basis:record", args=[case, "block"])),
        ("asker", reverse("desk:home")),
        ("expert", reverse("desk:home")),
        ("officer", reverse("desk:audit")),
        ("admin", reverse("admin:requests_consultrequest_changelist")),
    ):
        page = client_for(world.people[who]).get(address)
        assert page.status_code == 200, address
        assert str(place) not in page.content.decode() and name not in page.content.decode(), (who, address)
    for who in ("asker", "expert", "stranger"):
        assert not find_colleagues(world.people[who], "Utanför", size=10)[0]
        shown = client_for(world.people[who]).get(reverse("accounts:colleague", args=[outside.acting()]))
        assert shown.status_code == 404
    with pytest.raises(Invalid) as refusal:
        note(world, Kind.BLOCK, "sent", reach=Against.ORGANISATION, organisations=[place])
    assert "organisations" in refusal.value.fields
    for asking, answering in ((world.admin.lab(), place), (place, world.admin.lab())):
        with pytest.raises(Invalid) as refusal:
            offer(Organisation.objects.get(pk=asking), Organisation.objects.get(pk=answering))
        assert {"asking", "answering"} & set(refusal.value.fields)
