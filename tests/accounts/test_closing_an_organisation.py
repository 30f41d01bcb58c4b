"""An organisation takes no part any more: what must be ended before, what it is shut out of, and back again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import agreement as agreements
from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.close_organisation import close_organisation, reopen_organisation
from accounts.actions.end_membership import end_membership
from accounts.actions.invite import invite
from accounts.actions.organisation import OrganisationFields, add_organisation
from accounts.actions.withdraw_invitation import withdraw_invitation
from accounts.actions.withdraw_token import withdraw_token
from accounts.actors import actor_for
from accounts.models import Agreement, Invitation, MachineToken, Membership, Organisation, User
from cases.basis.kinds import Told
from cases.emergency.actions.end import end
from cases.emergency.actions.letter import send_letter
from cases.emergency.actions.review import review
from consult.requests.actions.acknowledge import acknowledge
from consult.requests.actions.close import close
from consult.requests.actions.withdraw import withdraw
from consult.requests.models import ConsultRequest
from consult.requests.states import OPEN, SHARED
from core import clock
from core.actor import Actor, Door, system
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden, Invalid
from tests.accounts.machine_tokens import made_token
from tests.basis.test_rules import conditions, state
from tests.cast import World, agree, outsider
from tests.emergency.helping import call

SYSTEM = system("tests", Door.COMMAND)
LISTED = reverse("admin:accounts_organisation_changelist")


def lab(**fields: object) -> Organisation:
    """A laboratory in which nothing goes on."""
    given = {"name": "Closing laboratory", "short_name": "CL", "country": "NL", **fields}
    return add_organisation(actor=SYSTEM, fields=OrganisationFields(**given))  # type: ignore[arg-type]  # its own


def platform() -> Actor:
    return actor_for(User.objects.get(email="platform@installation.example"), None, door=Door.WEB)


def said(organisation: Organisation) -> str:
    """Why it cannot be closed."""
    with pytest.raises(Conflict) as refusal:
        close_organisation(actor=platform(), organisation_id=organisation.pk)
    assert Organisation.objects.get(pk=organisation.pk).is_active
    return refusal.value.message


def test_an_empty_one_is_closed_taken_off_every_choice_and_opened_again(world: World) -> None:
    closing = lab(kind="group")
    agreed = agree(Organisation.objects.get(pk=world.admin.lab()), closing)
    Agreement.objects.filter(pk=agreed.pk).update(valid_until=clock.now())
    close_organisation(actor=platform(), organisation_id=closing.pk)
    assert not Organisation.objects.partners().filter(pk=closing.pk).exists()
    with pytest.raises(Invalid, match="closed"):
        someone_invited(closing)
    with pytest.raises(Invalid, match="closed"):
        lab(name="Below", parent=closing.pk)
    with pytest.raises(Conflict, match="closed already"):
        close_organisation(actor=platform(), organisation_id=closing.pk)
    reopen_organisation(actor=platform(), organisation_id=closing.pk)
    assert Organisation.objects.partners().filter(pk=closing.pk).exists()
    with pytest.raises(Conflict, match="is open"):
        reopen_organisation(actor=platform(), organisation_id=closing.pk)
    rows = AuditEvent.objects.filter(object_id=str(closing.pk), person=platform().person).order_by("at")
    assert list(rows.values_list("action", flat=True)) == ["organisation.closed", "organisation.reopened"]


def someone_invited(organisation: Organisation) -> Invitation:
    return invite(
        actor=SYSTEM,
        organisation_id=organisation.pk,
        email="new@closing.example",
        given_name="New",
        family_name="Colleague",
        role="lab_staff",
    )


def test_members_invitations_agreements_tokens_and_what_is_below_hold_it_open(world: World) -> None:
    closing = lab(kind="group")
    member = Membership.objects.create(
        user=world.user("staff"), organisation=closing, role="lab_staff", valid_from=clock.now() + timedelta(days=3)
    )
    assert "1 membership goes on." in said(closing)
    Membership.objects.filter(pk=member.pk).update(valid_from=clock.now() - timedelta(days=9), valid_until=clock.now())
    invitation = someone_invited(closing)
    assert "1 invitation waits" in said(closing)
    Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=clock.now())
    agreement = agree(closing, Organisation.objects.get(pk=world.admin.lab()))
    assert "1 agreement is proposed or binds." in said(closing)
    Agreement.objects.filter(pk=agreement.pk).update(valid_until=clock.now())
    token = made_token(world, "cases:read")[0]
    MachineToken.objects.filter(pk=token.pk).update(organisation=closing)
    assert "1 token of a machine stands." in said(closing)
    MachineToken.objects.filter(pk=token.pk).update(withdrawn_at=clock.now())
    below = lab(name="Below laboratory", parent=closing.pk)
    assert said(closing) == "This organisation cannot be closed yet. These belong to it: Below laboratory."
    close_organisation(actor=platform(), organisation_id=below.pk)
    close_organisation(actor=platform(), organisation_id=closing.pk)
    with pytest.raises(Conflict, match="Closing laboratory, to which it belongs, is closed"):
        reopen_organisation(actor=platform(), organisation_id=below.pk)


@pytest.mark.ci
def test_a_laboratory_that_leaves_is_emptied_in_the_documented_order_and_closed(world: World) -> None:
    """Requests, reviews and letters, agreements, tokens and invitations, the memberships last: each by who may."""
    leaving = Organisation.objects.get(pk=world.asker.lab())
    state(world.admin, conditions(told=[Told.PRIVACY_OFFICER.value, Told.PATIENT.value]))
    access = call(world, world.stranger)
    made_token(world, "cases:read")
    invitation = someone_invited(leaving)
    for status in SHARED:
        request, seen = world.request(status), world.seen(status)
        if status in OPEN:
            withdraw(actor=world.asker, request_id=request.pk, version=request.version, seen=seen, reason="We close")
            continue
        if status == "answered":
            request = acknowledge(actor=world.asker, request_id=request.pk, version=request.version, seen=seen)
        close(actor=world.asker, request_id=request.pk, version=request.version, seen=seen, use="adopted")
    assert "request" not in said(leaving)
    access = end(actor=world.stranger, access_id=access.pk, version=access.version)
    access = review(
        actor=world.officer, access_id=access.pk, version=access.version, outcome="justified", note="In order"
    )
    assert "not reviewed" not in said(leaving) and "1 letter to a patient is not sent." in said(leaving)
    today = timezone.localdate(clock.now(), ZoneInfo(leaving.time_zone))
    send_letter(actor=world.staff, access_id=access.pk, version=access.version, sent_on=today)
    assert "letter" not in said(leaving)
    step: dict[str, Any] = {"actor": world.admin, "reason": "We close"}
    for stands_at, give_up in (("confirmed", agreements.end), ("proposed", agreements.decline)):
        agreement = world.agreement(stands_at)
        give_up(agreement_id=agreement.pk, version=agreement.version, **step)
    for token in MachineToken.objects.in_force().filter(organisation=leaving):
        withdraw_token(actor=world.admin, token_id=token.pk)
    withdraw_invitation(actor=world.admin, invitation_id=invitation.pk)
    own = Membership.objects.get(pk=world.admin.acting())
    for member in Membership.objects.filter(organisation=leaving).exclude(pk=own.pk):
        end_membership(actor=world.admin, membership_id=member.pk)
    assert world.request("draft").status == "discarded"
    assert said(leaving) == "This organisation cannot be closed yet. 1 membership goes on."
    end_membership(actor=platform(), membership_id=own.pk)
    close_organisation(actor=platform(), organisation_id=leaving.pk)
    assert not Organisation.objects.get(pk=leaving.pk).is_active


def test_an_invitation_that_is_accepted_while_the_organisation_closes_holds_it_open(world: World) -> None:
    closing = lab()
    invitation = someone_invited(closing)
    counted: list[str] = []

    def accept_after_the_first_count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if "COUNT(*)" in sql and not counted:
            counted.append(sql)
            accept_invitation(actor=SYSTEM, invitation_id=invitation.pk, password="a sentence nobody guesses")
        return answer

    with connection.execute_wrapper(accept_after_the_first_count):
        said(closing)
    assert counted


def test_the_place_of_an_outside_expert_is_not_closed(world: World) -> None:
    """The same person is invited into it again for another case."""
    place = lab(kind="outside")
    with pytest.raises(Invalid, match="place of one outside expert"):
        close_organisation(actor=platform(), organisation_id=place.pk)
    assert Organisation.objects.get(pk=place.pk).is_active


@pytest.mark.parametrize("side", ["asker", "expert"])
def test_open_requests_and_emergencies_that_nobody_has_reviewed_hold_it_open(world: World, side: str) -> None:
    organisation = Organisation.objects.get(pk=world.people[side].lab())
    access = call(world, world.clinician) if side == "asker" else None
    words = said(organisation)
    assert "requests are not closed." in words
    assert ("1 emergency access is not reviewed." in words) == (side == "asker")
    ConsultRequest.objects.filter(status__in=SHARED).update(status="withdrawn")
    if access:
        access = end(actor=world.clinician, access_id=access.pk, version=access.version)
        assert "1 emergency access is not reviewed." in said(organisation)
        review(actor=world.officer, access_id=access.pk, version=access.version, outcome="justified", note="In order")
    assert "request" not in said(organisation) and "emergency" not in said(organisation)


def test_an_opinion_that_nobody_has_used_yet_holds_the_side_that_asked(world: World) -> None:
    open_ones = ConsultRequest.objects.filter(status__in=SHARED)
    open_ones.exclude(pk=world.request("answered").pk).update(status="withdrawn")
    asking, answering = (Organisation.objects.get(pk=each.lab()) for each in (world.asker, world.expert))
    assert "1 request is not closed." in said(asking)
    assert "request" not in said(answering)


def test_no_laboratory_closes_itself_or_another(world: World) -> None:
    for organisation, refusal in ((world.admin.lab(), Forbidden), (world.expert_admin.lab(), Hidden)):
        with pytest.raises(refusal):
            close_organisation(actor=world.admin, organisation_id=organisation)
        with pytest.raises(refusal):
            reopen_organisation(actor=world.admin, organisation_id=organisation)


def test_the_admin_site_asks_before_it_closes_and_says_what_holds_the_rest(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    closing, client = lab(), outsider("platform@installation.example")
    chosen = {"action": "close", "_selected_action": [str(closing.pk), str(world.admin.organisation)]}
    page = client.post(LISTED, chosen)
    text = page.text
    assert "cannot be closed yet." in text and "memberships go on." in text
    assert "Nobody works in a closed organisation" in text and "not in an emergency either" in text
    assert f'value="{closing.pk}"' in text and f'value="{world.admin.organisation}"' not in text
    assert not Organisation.objects.filter(is_active=False).exists(), "it is asked first"
    answer = client.post(LISTED, chosen | {"_selected_action": [str(closing.pk)], "confirmed": "1"}, follow=True)
    assert "Done for 1 row." in [str(each) for each in answer.context["messages"]]
    assert set(Organisation.objects.filter(is_active=False)) == {closing}
    client.post(LISTED, {"action": "open_again", "_selected_action": [str(closing.pk)]})
    assert not Organisation.objects.filter(is_active=False).exists()
    assert 'value="close"' in client.get(LISTED).text
    assert 'value="close"' not in sign_in(world.admin).get(LISTED).text


def test_where_nothing_can_be_closed_nothing_is_asked(world: World) -> None:
    client = outsider("platform@installation.example")
    chosen = {"action": "close", "_selected_action": [str(world.admin.organisation)]}
    answer = client.post(LISTED, chosen, follow=True)
    assert answer.redirect_chain and "cannot be closed yet." in answer.text


def test_the_cases_of_a_closed_laboratory_open_to_nobody_in_an_emergency_either(world: World) -> None:
    """As the page says: not by the number, and not by the address."""
    Organisation.objects.filter(pk=world.asker.lab()).update(is_active=False)
    case = world.case("sent")
    for how in ({"case": case.pk}, {"organisation": case.organisation_id, "accession_number": case.accession_number}):
        with pytest.raises(Hidden):
            call(world, world.stranger, **how)
