"""Somebody from outside is proposed by a pathologist, and confirmed by the administrator who knows who it is."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from accounts.actions.invite import invite
from accounts.actors import for_member
from accounts.effects import INVITATION_MAIL
from accounts.links import invitation_url
from accounts.models import Membership, Organisation, User
from consult.requests.actions.send import send
from consult.requests.models import OutsideExpert
from consult.requests.outside import actions
from consult.requests.outside.actions import Who
from consult.requests.outside.policy import visible_outside_experts
from core import clock
from core.actor import Door
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.jobs import run
from notifications.models import Notification
from tests.accounts.jobs import do
from tests.cast import World, client_for
from tests.emergency.helping import join as join_lab
from tests.exclusions.helping import keeps_out
from tests.requests.outside import (
    STRONG,
    WHO,
    confirmed,
    discarded,
    joined,
    proposed,
)


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


def test_a_discarded_draft_invites_nobody(world: World, mailoutbox: list[EmailMessage]) -> None:
    before = len(mailoutbox)
    made = proposed(world)
    discarded(world)
    with pytest.raises(Conflict, match="no longer a draft"):
        actions.confirm(actor=world.admin, expert_id=made.pk, version=1, verified="known")
    run.drain()
    made.refresh_from_db()
    assert made.status == "withdrawn"
    assert not [mail for mail in mailoutbox[before:] if mail.to == [WHO["email"]]]


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
