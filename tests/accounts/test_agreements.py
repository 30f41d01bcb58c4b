"""Agreements between organisations: who makes them, what they allow, and what their end leaves alone."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from accounts.actions import agreement as actions
from accounts.actions.agreement import AgreementFields
from accounts.actions.organisation import OrganisationFields, add_organisation, edit_organisation
from accounts.actors import actor_for, for_member
from accounts.agreements import basis, reach, visible_agreements
from accounts.models import Agreement, Membership, Organisation, User
from accounts.models.agreement import Identity, Work
from accounts.models.organisation import Kind
from core import clock
from core.actor import Actor, Door, system
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.jobs import run
from notifications.models import Notification
from tests.cast import PASSWORD, World, agree, client_for, local_day, outsider, propose

COMMAND = system("tests", Door.COMMAND)


def lab(actor: Actor) -> UUID:
    assert actor.organisation is not None
    return actor.organisation


def fields(world: World, **given: Any) -> AgreementFields:
    wanted: dict[str, Any] = {
        "asking": lab(world.asker),
        "answering": lab(world.expert),
        "work": [Work.MDT],
        "identity": Identity.IDENTIFIED,
        "first_day": local_day(),
    }
    return AgreementFields(**wanted | given)


def organisation(name: str, **given: Any) -> Organisation:
    return add_organisation(actor=COMMAND, fields=OrganisationFields(name, name[:10], "NL", **given))


def allowed(asking: Organisation, answering: Organisation, organ: str = "skin", work: str = Work.CONSULTATION) -> str:
    """How much of the patient may be sent, '' for nothing; both ways of asking must agree."""
    found = basis(asking.pk, answering.pk, work=work, organ_system=organ)
    listed = reach(asking.pk, work=work, organ_system=organ).get(answering.pk, "")
    assert listed == (found.identity if found else "")
    return listed


def test_one_side_proposes_and_the_other_confirms(world: World) -> None:
    made = actions.propose(actor=world.admin, on_behalf_of=lab(world.asker), fields=fields(world))
    one, other = (Organisation.objects.get(pk=lab(each)) for each in (world.asker, world.expert))
    assert not allowed(one, other, work=Work.MDT)
    with pytest.raises(Forbidden):
        actions.confirm(actor=world.admin, agreement_id=made.pk, version=1)
    with pytest.raises(Hidden):
        actions.confirm(actor=world.stranger, agreement_id=made.pk, version=1)
    with pytest.raises(Conflict):
        actions.confirm(actor=world.expert_admin, agreement_id=made.pk, version=9)
    actions.confirm(actor=world.expert_admin, agreement_id=made.pk, version=1)
    assert allowed(one, other, work=Work.MDT) == Identity.IDENTIFIED
    names = AuditEvent.objects.filter(object_kind="agreement", object_id=str(made.pk), outcome="success")
    assert list(names.order_by("at", "id").values_list("action", flat=True)) == [
        "agreement.proposed",
        "agreement.confirmed",
    ]


def test_the_administrators_of_the_other_side_are_told(world: World) -> None:
    made = actions.propose(actor=world.admin, on_behalf_of=lab(world.asker), fields=fields(world))
    run.drain()
    told = Notification.objects.filter(subject=made.pk)
    assert list(told.values_list("recipient", "kind")) == [(world.expert_admin.person, "agreement.propose")]


def administering(world: World, place: UUID) -> Actor:
    """The administrator of the asking laboratory, acting as administrator of this organisation too."""
    user = world.user("admin")
    member = Membership.objects.create(user=user, organisation_id=place, role="lab_admin")
    return for_member(member.pk, Door.WEB)


def test_who_administers_both_sides_proposes_for_one_and_somebody_else_confirms(world: World) -> None:
    made = actions.propose(actor=world.admin, on_behalf_of=lab(world.asker), fields=fields(world))
    also = administering(world, lab(world.expert))
    with pytest.raises(Forbidden):
        actions.confirm(actor=also, agreement_id=made.pk, version=1)
    page = client_for(also).get(reverse("accounts:agreement", args=[made.pk])).content.decode()
    assert reverse("accounts:act_on_agreement", args=[made.pk, "confirm"]) not in page
    made = actions.confirm(actor=world.expert_admin, agreement_id=made.pk, version=1)
    made = actions.end(actor=also, agreement_id=made.pk, version=made.version, reason="No more need")
    assert made.status == "notice"


def test_whoever_runs_the_installation_stands_in_for_one_side_and_not_for_both(world: World) -> None:
    """Two organisations without an administrator, and somebody who acts under no membership."""
    one, other = organisation("One"), organisation("Other")
    runs = actor_for(User.objects.get(email="platform@installation.example"), None, door=Door.WEB)
    made = actions.propose(actor=runs, on_behalf_of=one.pk, fields=fields(world, asking=one.pk, answering=other.pk))
    with pytest.raises(Forbidden):
        actions.confirm(actor=runs, agreement_id=made.pk, version=1)
    page = outsider("platform@installation.example").get(reverse("accounts:agreement", args=[made.pk])).text
    assert reverse("accounts:act_on_agreement", args=[made.pk, "confirm"]) not in page
    assert reverse("accounts:act_on_agreement", args=[made.pk, "withdraw"]) in page
    second = User.objects.create_user(
        "second@installation.example", PASSWORD, given_name="Sam", family_name="Second", is_platform_admin=True
    )
    also = actor_for(second, None, door=Door.WEB)
    back = fields(world, asking=other.pk, answering=one.pk)
    actions.propose(actor=also, on_behalf_of=other.pk, fields=back)  # which is another one
    assert actions.confirm(actor=also, agreement_id=made.pk, version=1).status == "confirmed"


def test_a_network_agrees_with_itself_by_one_administrator(world: World) -> None:
    network = organisation("Network", kind=Kind.NETWORK)
    one = administering(world, network.pk)
    wanted = fields(world, asking=network.pk, answering=network.pk)
    made = actions.propose(actor=one, on_behalf_of=network.pk, fields=wanted)
    assert actions.confirm(actor=one, agreement_id=made.pk, version=1).status == "confirmed"


@pytest.mark.parametrize("who", ["asker", "staff", "stranger", "expert_admin"])
def test_nobody_proposes_for_an_organisation_that_is_not_theirs_to_speak_for(world: World, who: str) -> None:
    with pytest.raises(Forbidden):
        actions.propose(actor=world.people[who], on_behalf_of=lab(world.asker), fields=fields(world))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"work": []}, "work"),
        ({"work": ["dancing"]}, "work"),
        ({"organ_systems": ["toes"]}, "organ_systems"),
        ({"identity": "naked"}, "identity"),
        ({"reference": "x" * 81}, "reference"),
        ({"asking": UUID(int=1)}, "asking"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(world: World, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.propose(actor=world.admin, on_behalf_of=lab(world.asker), fields=fields(world, **given))
    assert field in refusal.value.fields


def test_days_in_the_wrong_order_or_in_the_past_are_refused(world: World) -> None:
    today = local_day()
    for first, last in ((today, today - timedelta(days=1)), (today - timedelta(days=9), today - timedelta(days=3))):
        with pytest.raises(Invalid) as refusal:
            wanted = fields(world, first_day=first, last_day=last)
            actions.propose(actor=world.admin, on_behalf_of=lab(world.asker), fields=wanted)
        assert "last_day" in refusal.value.fields


@pytest.mark.django_db
def test_it_holds_in_its_direction_unless_it_is_mutual() -> None:
    one, other = organisation("One"), organisation("Other")
    agree(one, other)
    assert (allowed(one, other), allowed(other, one)) == (Identity.IDENTIFIED, "")
    agree(other, one, is_mutual=True, work=["mdt"])
    assert allowed(one, other, work="mdt") == allowed(other, one, work="mdt") == Identity.IDENTIFIED
    assert allowed(other, one) == ""


@pytest.mark.django_db
def test_it_holds_for_its_work_and_its_organ_systems() -> None:
    one, other = organisation("One"), organisation("Other")
    agree(one, other, organ_systems=["skin"])
    assert allowed(one, other, "skin") == Identity.IDENTIFIED
    assert allowed(one, other, "breast") == allowed(one, other, "") == ""
    assert allowed(one, other, "skin", Work.INTERPRETATION) == ""


def test_of_several_the_one_that_allows_most_counts(world: World) -> None:
    one, other = organisation("One"), organisation("Other")
    agree(one, other, identity=Identity.PSEUDONYMISED)
    assert allowed(one, other) == Identity.PSEUDONYMISED
    agree(one, other, organ_systems=["skin"])
    assert allowed(one, other) == Identity.IDENTIFIED
    assert allowed(one, other, "breast") == Identity.PSEUDONYMISED


def test_it_begins_and_ends_on_its_days(world: World) -> None:
    one, other, today = organisation("One"), organisation("Other"), clock.now().date()
    agree(one, other, first_day=today + timedelta(days=1))
    assert allowed(one, other) == ""
    past = agree(one, other, first_day=today - timedelta(days=9), last_day=today)
    assert allowed(one, other) == Identity.IDENTIFIED
    Agreement.objects.filter(pk=past.pk).update(valid_until=clock.now())
    assert allowed(one, other) == ""


def test_a_network_lets_all_its_laboratories_ask_each_other_and_nobody_else(world: World) -> None:
    network = organisation("Network", kind=Kind.NETWORK)
    group = organisation("Trust", kind=Kind.GROUP, parent=network.pk)
    one, other = organisation("One", parent=network.pk), organisation("Two", parent=group.pk)
    outside = organisation("Outside")
    agree(network, network, is_mutual=True)
    assert allowed(one, other) == allowed(other, one) == Identity.IDENTIFIED
    assert allowed(one, outside) == allowed(outside, one) == ""


def test_within_one_laboratory_nothing_is_needed(world: World) -> None:
    one = organisation("One")
    assert allowed(one, one) == Identity.IDENTIFIED
    with pytest.raises(Invalid):
        propose(one, one)


def test_an_organisation_that_has_closed_cannot_be_asked(world: World) -> None:
    one, other = organisation("One"), organisation("Other")
    agree(one, other)
    Organisation.objects.filter(pk=other.pk).update(is_active=False)
    assert other.pk not in reach(one.pk, work=Work.CONSULTATION, organ_system="skin")


def test_either_side_gives_notice_with_a_reason_and_a_day(world: World) -> None:
    one, other = (Organisation.objects.get(pk=lab(each)) for each in (world.asker, world.expert))
    agreement, today = world.agreement("confirmed"), local_day()
    with pytest.raises(Invalid):
        actions.end(actor=world.expert_admin, agreement_id=agreement.pk, version=2, reason=" ")
    last = today + timedelta(days=30)
    actions.end(actor=world.expert_admin, agreement_id=agreement.pk, version=2, reason="Moving house", last_day=last)
    agreement.refresh_from_db()
    assert (agreement.status, agreement.last_day) == ("notice", last)
    assert allowed(one, other) == Identity.IDENTIFIED
    later = last + timedelta(days=1)
    with pytest.raises(Invalid) as refusal:
        actions.end(actor=world.admin, agreement_id=agreement.pk, version=3, reason="No", last_day=later)
    assert "last_day" in refusal.value.fields
    actions.end(actor=world.admin, agreement_id=agreement.pk, version=3, reason="At once")
    assert allowed(one, other) == ""


def test_members_see_what_binds_and_administrators_what_is_proposed_too(world: World) -> None:
    seen = {who: {row.status for row in visible_agreements(world.people[who])} for who in world.people}
    assert seen["asker"] == seen["expert"] == {"confirmed"}
    assert seen["admin"] == seen["expert_admin"] == {"confirmed", "proposed"}
    assert seen["stranger"] == set()


def test_a_proposal_is_made_and_answered_in_the_pages(world: World) -> None:
    today = local_day()
    form = {
        "own": lab(world.admin),
        "partner": lab(world.expert),
        "direction": "they_send",
        "work": ["consultation", "mdt"],
        "identity": "pseudonymised",
        "first_day_day": today.day,
        "first_day_month": today.month,
        "first_day_year": today.year,
        "reference": "NC-7",
    }
    made = client_for(world.admin).post(reverse("accounts:propose_agreement"), form)
    assert made.status_code == 302
    agreement = Agreement.objects.get(reference="NC-7")
    assert (agreement.asking_id, agreement.answering_id) == (lab(world.expert), lab(world.admin))
    partner = client_for(world.expert_admin)
    page = partner.get(reverse("accounts:agreement", args=[agreement.pk])).content.decode()
    assert "Under a pseudonym only" in page and "Confirm the agreement" in page
    refused = partner.post(reverse("accounts:act_on_agreement", args=[agreement.pk, "decline"]), {"version": 1})
    assert refused.status_code == 422
    stale = {"version": 7, "reason": "A reason worth keeping"}
    lost = partner.post(reverse("accounts:act_on_agreement", args=[agreement.pk, "decline"]), stale)
    assert lost.status_code == 409 and "A reason worth keeping" in lost.content.decode()
    done = partner.post(reverse("accounts:act_on_agreement", args=[agreement.pk, "confirm"]), {"version": 1})
    assert done.status_code == 302
    agreement.refresh_from_db()
    assert agreement.status == "confirmed"
    assert partner.get(reverse("accounts:act_on_agreement", args=[agreement.pk, "confirm"])).status_code == 409


def test_nobody_is_offered_an_agreement_with_themselves(world: World) -> None:
    form = client_for(world.admin).get(reverse("accounts:propose_agreement")).context["form"]
    offered = {each.pk for each in form.fields["partner"].queryset}
    assert world.expert.lab() in offered
    assert world.admin.lab() not in offered


def test_what_is_wrong_in_the_form_is_said_and_nothing_typed_is_lost(world: World) -> None:
    answer = client_for(world.admin).post(
        reverse("accounts:propose_agreement"),
        {"own": lab(world.admin), "partner": lab(world.admin), "work": ["mdt"], "reference": "Kept words"},
    )
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()


@pytest.mark.django_db
def test_a_laboratory_belongs_to_a_group_or_a_network_and_never_the_other_way_round() -> None:
    network = organisation("Network", kind=Kind.NETWORK)
    child = organisation("One", parent=network.pk)
    for wanted in (
        OrganisationFields("Two", "Two", "NL", parent=child.pk),
        OrganisationFields("x", "x", "NL", parent=UUID(int=1)),
    ):
        with pytest.raises(Invalid) as refusal:
            add_organisation(actor=COMMAND, fields=wanted)
        assert "parent" in refusal.value.fields
    with pytest.raises(Invalid) as refusal:
        edit_organisation(
            actor=COMMAND, organisation_id=network.pk, fields=OrganisationFields("Network", "Network", "NL")
        )
    assert "kind" in refusal.value.fields


def test_a_laboratory_does_not_choose_its_network_itself(world: World) -> None:
    network = organisation("Network", kind=Kind.NETWORK)
    own = Organisation.objects.get(pk=lab(world.admin))
    wanted = OrganisationFields(own.name, own.short_name, own.country, own.time_zone, own.language, parent=network.pk)
    edited = edit_organisation(actor=world.admin, organisation_id=own.pk, fields=wanted)
    assert edited.parent_id is None
