"""Somebody from outside: proposed by a pathologist, confirmed by the administrator, asked about one case only."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.mail import EmailMessage
from django.test import Client
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
from consult.requests.actions.ask import ask
from consult.requests.actions.create import create
from consult.requests.actions.discard_draft import discard_draft
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.send import send
from consult.requests.models import ConsultRequest, OutsideExpert
from consult.requests.outside import actions
from consult.requests.outside.actions import Who
from consult.requests.outside.policy import parties, visible_outside_experts
from core import clock
from core.actor import Actor, Door, system
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.ids import new_id
from core.jobs import run
from core.workflow.models import TimelineEntry
from notifications.models import Notification
from tests.accounts.jobs import do
from tests.basis.helping import note
from tests.cast import World, client_for, sign_opinion
from tests.cast import propose as offer
from tests.emergency.helping import join as join_lab
from tests.exclusions.helping import keeps_out

WHO = {
    "title": "Prof.",
    "given_name": "Ada",
    "family_name": "Utanför",
    "email": "ada@elsewhere.example",
    "works_at": "Elsewhere Institute",
    "country": "DE",
    "registration_number": "DE-77",
    "registration_body": "Ärztekammer",
    "reason": "The only one who knows this entity.",
}
STRONG = "a sentence nobody guesses"


def proposed(world: World, **changes: str) -> OutsideExpert:
    return actions.propose(actor=world.asker, request_id=world.request("draft").pk, who=Who(**WHO | changes))


def confirmed(world: World) -> OutsideExpert:
    made = proposed(world)
    return actions.confirm(actor=world.admin, expert_id=made.pk, version=1, verified="register", note="Looked up.")


def joined(world: World) -> Actor:
    """The outside expert, in place."""
    return accepted(confirmed(world))


def accepted(made: OutsideExpert) -> Actor:
    """The same, from the invitation on."""
    assert made.invitation is not None
    accept_invitation(actor=Actor(person=None, name=""), invitation_id=made.invitation.pk, password=STRONG)
    return for_member(Membership.objects.get(user__email=WHO["email"]).pk, Door.WEB)


def asked(world: World, outside: Actor, state: str = "draft") -> ConsultRequest:
    request = world.request(state)
    draft = Draft(expert=outside.membership)
    return edit(actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen(state), draft=draft)


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


def test_nothing_goes_out_before_the_administrator_has_said_how_the_identity_was_verified(
    world: World, mailoutbox: list[EmailMessage]
) -> None:
    made = proposed(world)
    do(INVITATION_MAIL)
    assert not [mail for mail in mailoutbox if mail.to == [WHO["email"]]]
    with pytest.raises(Invalid) as refusal:
        actions.confirm(actor=world.admin, expert_id=made.pk, version=1, verified="")
    assert "verified" in refusal.value.fields
    for who in ("asker", "colleague"):
        with pytest.raises((Forbidden, Hidden)):
            actions.confirm(actor=world.people[who], expert_id=made.pk, version=1, verified="known")
    for who in ("stranger", "expert", "expert_admin"):
        with pytest.raises(Hidden):
            actions.confirm(actor=world.people[who], expert_id=made.pk, version=1, verified="known")


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


@pytest.mark.parametrize("missing", sorted(set(WHO) - {"title"}))
def test_everything_about_the_person_is_needed(world: World, missing: str) -> None:
    with pytest.raises(Invalid) as refusal:
        proposed(world, **{missing: " "})
    assert missing in refusal.value.fields


def test_who_is_here_already_is_not_brought_in_from_outside(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        proposed(world, email=world.user("stranger").email)
    assert "email" in refusal.value.fields


@pytest.mark.parametrize("begins", [timedelta(), timedelta(days=1)], ids=["now", "tomorrow"])
def test_who_becomes_a_member_before_the_confirmation_is_not_brought_in_from_outside(
    world: World, begins: timedelta
) -> None:
    made = proposed(world)
    person = User.objects.create_user(WHO["email"], STRONG, given_name=WHO["given_name"], family_name="Utanför")
    lab = world.stranger.lab()
    Membership.objects.create(user=person, organisation_id=lab, role="lab_staff", valid_from=clock.now() + begins)
    with pytest.raises(Invalid, match="member of a laboratory here"):
        actions.confirm(actor=world.admin, expert_id=made.pk, version=1, verified="known")
    actions.withdraw(actor=world.asker, expert_id=made.pk, version=1, reason="Another way")
    with pytest.raises(Invalid) as refusal:
        proposed(world)
    assert "email" in refusal.value.fields


def becomes_member(world: World) -> User:
    """The person who was invited from outside joins a laboratory here, by its own invitation."""
    given = {"given_name": WHO["given_name"], "family_name": WHO["family_name"], "email": WHO["email"]}
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


def of_person(person: User) -> Actor:
    """In the first of what they are."""
    return for_member(person.memberships.earliest("valid_from").pk, Door.WEB)


@pytest.mark.parametrize(
    "other",
    [{"registration_number": "DE-78"}, {"registration_body": "GMC"}, {"family_name": "Utanfors"}],
    ids=lambda other: next(iter(other)),
)
def test_who_is_known_under_other_particulars_is_not_confirmed_and_the_page_shows_them(
    world: World, other: dict[str, str]
) -> None:
    """The opinion would be printed under the name and number that another laboratory has stated."""
    joined(world)
    known = OutsideExpert.objects.get()
    actions.withdraw(actor=world.asker, expert_id=known.pk, version=known.version, reason="Again")
    made = proposed(world, **other)
    step = reverse("requests:act_on_outside_expert", args=[made.pk, "confirm"])
    refused = client_for(world.admin).post(step, {"version": 1, "verified": "register"})
    assert refused.status_code == 422
    assert "Prof. Ada Utanför, Ärztekammer DE-77" in refused.content.decode()
    made.refresh_from_db()
    assert (made.status, made.membership) == ("proposed", None)


def test_who_is_known_is_recognised_however_the_number_is_written(world: World) -> None:
    outside = joined(world)
    known = OutsideExpert.objects.get()
    actions.withdraw(actor=world.asker, expert_id=known.pk, version=known.version, reason="Again")
    made = proposed(world, registration_number="de 77", given_name="ADA")
    made = actions.confirm(actor=world.admin, expert_id=made.pk, version=1, verified="register")
    assert (made.status, made.membership_id) == ("joined", outside.membership)


def discarded(world: World) -> None:
    request, seen = world.request("draft"), world.seen("draft")
    discard_draft(actor=world.asker, request_id=request.pk, version=request.version, seen=seen)


def test_a_discarded_draft_invites_nobody(world: World, mailoutbox: list[EmailMessage]) -> None:
    made = proposed(world)
    discarded(world)
    with pytest.raises(Conflict, match="no longer a draft"):
        actions.confirm(actor=world.admin, expert_id=made.pk, version=1, verified="known")
    run.drain()
    made.refresh_from_db()
    assert made.status == "withdrawn"
    assert not [mail for mail in mailoutbox if mail.to == [WHO["email"]]]


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


def test_nobody_is_confirmed_for_a_request_that_was_sent_to_somebody_else(world: World) -> None:
    made = proposed(world)
    request, seen = world.request("draft"), world.seen("draft")
    send(actor=world.asker, request_id=request.pk, version=request.version, seen=seen)
    with pytest.raises(Conflict, match="no longer a draft"):
        actions.confirm(actor=world.admin, expert_id=made.pk, version=1, verified="known")


def test_an_administrator_who_is_kept_out_of_the_case_learns_nothing_of_its_outside_expert(world: World) -> None:
    another = join_lab(world, "second", "lab_admin", world.admin)
    keeps_out(world, "admin", "draft")
    made = proposed(world)
    run.drain()
    told = Notification.objects.filter(kind="outside_expert.propose")
    assert set(told.values_list("recipient", flat=True)) == {another.person}
    assert not visible_outside_experts(world.admin).exists()
    assert client_for(world.admin).get(reverse("requests:outside_expert", args=[made.pk])).status_code == 404
    assert "Utanför" not in client_for(world.admin).get(reverse("requests:outside_experts")).content.decode()
    with pytest.raises(Hidden):
        actions.confirm(actor=world.admin, expert_id=made.pk, version=1, verified="known")


def test_where_nobody_can_confirm_who_proposed_is_told(world: World) -> None:
    keeps_out(world, "admin", "draft")
    made = proposed(world)
    run.drain()
    told = Notification.objects.filter(subject=made.pk)
    assert list(told.values_list("recipient", "kind")) == [(world.asker.person, "outside_expert.nobody_confirms")]
    inbox = client_for(world.asker).get(reverse("notifications:list")).content.decode()
    assert f"Nobody can confirm the outside expert for request {made.request.number}" in inbox


def test_nobody_confirms_as_administrator_whom_they_proposed_as_pathologist(world: World) -> None:
    made = proposed(world)
    both = Membership.objects.create(user=world.user("asker"), organisation_id=world.asker.lab(), role="lab_admin")
    own = for_member(both.pk, Door.WEB)
    with pytest.raises(Forbidden):
        actions.confirm(actor=own, expert_id=made.pk, version=1, verified="known")
    page = client_for(own).get(reverse("requests:outside_expert", args=[made.pk])).content.decode()
    assert reverse("requests:act_on_outside_expert", args=[made.pk, "confirm"]) not in page
    assert actions.confirm(actor=world.admin, expert_id=made.pk, version=1, verified="known").status == "invited"


def test_one_at_a_time_and_only_for_a_draft(world: World) -> None:
    proposed(world)
    with pytest.raises(Conflict):
        proposed(world, email="other@elsewhere.example")
    with pytest.raises(Conflict):
        actions.propose(actor=world.asker, request_id=world.request("sent").pk, who=Who(**WHO))
    with pytest.raises(Hidden):
        actions.propose(actor=world.stranger, request_id=world.request("draft").pk, who=Who(**WHO))


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


def taken_up(world: World, steps: str) -> tuple[Actor, ConsultRequest]:
    """The outside expert has been sent the request, and has taken these steps."""
    outside = joined(world)
    request, seen = asked(world, outside), world.seen("draft")
    request = send(actor=world.asker, request_id=request.pk, version=request.version, seen=seen)
    for step in steps.split():
        key: dict[str, Any] = {"request_id": request.pk, "version": request.version, "seen": seen}
        if step == "accept":
            request = accept(actor=outside, accession_number="OUT-1", **key)
        elif step == "ask":
            request = ask(actor=outside, text="Which fixation?", **key)
        else:
            request = sign_opinion(World(world.name, {**world.people, "expert": outside}), request, seen)
    return outside, request


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


def test_an_administrator_invites_nobody_into_this_role_directly(world: World) -> None:
    given: dict[str, Any] = {"organisation_id": world.admin.organisation, "role": "outside_expert"}
    with pytest.raises(Invalid):
        invite(actor=world.admin, email="x@x.example", given_name="X", family_name="Y", **given)


def test_an_administrator_sees_who_is_invited_for_which_number_and_not_the_request(world: World) -> None:
    made = proposed(world)
    page = client_for(world.admin).get(reverse("requests:outside_expert", args=[made.pk]))
    assert WHO["registration_number"] in page.content.decode()
    assert client_for(world.admin).get(reverse("requests:detail", args=[made.request_id])).status_code == 404
    assert not visible_outside_experts(world.expert_admin).exists()
    assert not visible_outside_experts(world.colleague).exists()  # the draft is the asker's own


def test_the_pages_lead_from_the_draft_to_the_confirmation(world: World) -> None:
    asker, admin, request = client_for(world.asker), client_for(world.admin), world.request("draft")
    form = reverse("requests:propose_outside_expert", args=[request.pk])
    assert form in asker.get(reverse("requests:edit", args=[request.pk])).content.decode()
    refused = asker.post(form, WHO | {"email": "nothing"})
    assert refused.status_code == 422
    assert "The only one who knows this entity." in refused.content.decode()
    assert asker.post(form, WHO).status_code == 302
    made = OutsideExpert.objects.get()
    assert asker.get(form).headers["Location"] == reverse("requests:outside_expert", args=[made.pk])
    listed = admin.get(reverse("requests:outside_experts")).content.decode()
    assert "Utanför" in listed
    confirm = reverse("requests:act_on_outside_expert", args=[made.pk, "confirm"])
    assert admin.post(confirm, {"version": 1}).status_code == 422
    assert admin.post(confirm, {"version": 1, "verified": "document"}).status_code == 302
    made.refresh_from_db()
    assert (made.status, made.verified) == ("invited", "document")


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


def test_the_invitation_names_who_asks_and_the_laboratory(world: World, mailoutbox: list[EmailMessage]) -> None:
    """Not herself: the place into which she is invited bears her own name."""
    made = confirmed(world)
    do(INVITATION_MAIL)
    mail = next(mail for mail in mailoutbox if mail.to == [WHO["email"]])
    lab = Organisation.objects.get(pk=world.asker.lab()).name
    asker = world.user("asker").printed_name
    assert f"{asker} of {lab} asks for your opinion" in mail.body
    assert lab in mail.subject and WHO["works_at"] not in f"{mail.subject}{mail.body}"
    assert made.invitation is not None
    page = Client().get(invitation_url(made.invitation.pk)).content.decode()
    assert f"{asker} of {lab} asks for your opinion" in page and WHO["works_at"] not in page
