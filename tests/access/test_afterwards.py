"""What was allowed once is not answered again to somebody who has become somebody else meanwhile."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.actions.end_membership import end_membership
from accounts.actions.invite import invite
from accounts.actors import actor_for
from accounts.models import Membership
from cases.access.queries import visible_cases
from consult.requests.actions.withdraw import withdraw
from core.actor import Actor, Door, system
from core.audit.models import AuditEvent
from core.errors import Conflict
from core.web.models import IdempotentAnswer
from tests.cast import CANARY, Answer, World, client_for
from tests.emergency.helping import call

pytestmark = pytest.mark.ci

NEW = {
    "accession_number": "AGAIN-1",
    "organ_system": "skin",
    "patient": {
        "family_name": CANARY,
        "birth": "1956-11",
        "identifiers": [{"system": "LOCAL", "value": "AGAIN-1", "verified": True}],
    },
}


@pytest.mark.parametrize("how", ["switched", "left"])
def test_an_answer_is_repeated_to_the_membership_alone_that_got_it(world: World, how: str) -> None:
    person = world.user("staff")
    other = Membership.objects.create(user=person, organisation_id=world.stranger.lab(), role="lab_staff")
    key = str(uuid4())
    client = client_for(world.staff)

    def sent() -> Answer:
        return client.post(reverse("api-cases"), json.dumps(NEW), "application/json", headers={"Idempotency-Key": key})

    assert sent().status_code == 201
    assert sent().status_code == 201, "the same again is the same answer"
    if how == "switched":
        client.post(reverse("accounts:switch"), {"membership": str(other.pk)})
    else:
        end_membership(actor=world.admin, membership_id=world.staff.acting())
        person.refresh_from_db()
        client = client_for(actor_for(person, other, door=Door.WEB))
    again = sent()
    assert CANARY not in again.content.decode()
    assert again.status_code == 422


def steps() -> int:
    """How many of the acts there were."""
    return AuditEvent.objects.filter(action="request.accepted").count()


def accepting(world: World) -> Callable[[Client], Answer]:
    """The expert accepts what was sent, each time with the same key."""
    request, key = world.request("sent"), str(uuid4())
    body = json.dumps({"seen": {"case": 1, "patient": 1}, "accession_number": "AGAIN-2"})
    headers = {"Idempotency-Key": key, "If-Match": f'"{request.version}"'}
    address = reverse("api-request-accept", args=[request.pk])
    return lambda client: client.post(address, body, "application/json", headers=headers)


def test_an_answer_is_the_same_while_nothing_has_changed_and_the_act_is_done_once(world: World) -> None:
    accept, client, before = accepting(world), client_for(world.expert), steps()
    first, again = accept(client), accept(client)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert again["ETag"] == first["ETag"]
    assert CANARY in first.content.decode()
    assert steps() == before + 1
    row = AuditEvent.objects.get(action="api.repeated", person=world.expert.person)
    assert (row.case, row.share is not None) == (world.case("sent").pk, True), "who reads it again is on record"


def test_an_answer_about_what_was_withdrawn_says_no_more_than_reading_it(world: World) -> None:
    accept, client, request = accepting(world), client_for(world.expert), world.request("sent")
    assert CANARY in accept(client).content.decode()
    request.refresh_from_db()
    withdraw(
        actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen("sent"), reason="Elsewhere"
    )
    again = accept(client)
    assert CANARY not in again.content.decode()
    assert again.json() == client.get(reverse("api-request", args=[request.pk])).json()


def test_an_answer_is_404_where_nothing_is_seen_any_more(world: World) -> None:
    client, key, case = client_for(world.staff), str(uuid4()), world.case("closed")

    def closed() -> Answer:
        seen = f'"{case.version}.{case.identity_version}.{case.patient.version}"'
        headers = {"Idempotency-Key": key, "If-Match": seen}
        return client.post(reverse("api-case-close", args=[case.pk]), "{}", "application/json", headers=headers)

    assert closed().status_code == 200
    assert closed().status_code == 200, "the same again is the same answer"
    change_membership(
        actor=system("tests", Door.COMMAND),
        membership_id=world.staff.acting(),
        fields=MembershipFields(role="auditor"),
    )
    client = client_for(world.staff)
    assert closed().status_code == 404


def test_nobody_is_answered_again_after_the_membership_has_ended(world: World) -> None:
    accept, client = accepting(world), client_for(world.expert)
    assert accept(client).status_code == 200
    end_membership(actor=world.expert_admin, membership_id=world.expert.acting())
    again = accept(client)
    assert again.status_code in {401, 403}
    assert CANARY not in again.content.decode()


def test_what_was_done_by_a_release_that_kept_answers_is_not_done_again(world: World) -> None:
    accept, client, before = accepting(world), client_for(world.expert), steps()
    accept(client)
    IdempotentAnswer.objects.update(place=None)
    assert accept(client).status_code == 409
    assert steps() == before + 1


def test_the_record_of_a_list_holds_no_word_that_somebody_typed(world: World) -> None:
    client = client_for(world.expert)
    for address in ("api-cases", "api-requests"):
        client.get(reverse(address), {"status": CANARY})
        client.get(reverse(address), {"organ_system": CANARY})
    rows = AuditEvent.objects.filter(person=world.expert.person).values_list("facts", flat=True)
    assert rows
    assert CANARY not in json.dumps(list(rows))


def test_an_emergency_access_ends_with_the_role_it_was_opened_in(world: World) -> None:
    access = call(world)
    assert visible_cases(world.stranger).filter(pk=access.case_id).exists()
    change_membership(
        actor=system("tests", Door.COMMAND),
        membership_id=world.stranger.acting(),
        fields=MembershipFields(role="secretary"),
    )
    assert not visible_cases(world.stranger).filter(pk=access.case_id).exists()


def test_an_answer_about_a_slide_is_not_repeated_after_its_share_has_ended(world: World) -> None:
    request, slide = world.request("sent"), world.slides("sent")[0]
    client, key = client_for(world.expert), str(uuid4())

    def opened() -> Answer:
        headers = {"Idempotency-Key": key}
        return client.post(reverse("api-slide-opened", args=[slide.pk]), "{}", "application/json", headers=headers)

    assert opened().status_code == 200
    withdraw(
        actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen("sent"), reason="Elsewhere"
    )
    assert opened().status_code == 404


def test_an_invitation_of_an_administrator_who_left_makes_nobody_an_administrator(world: World) -> None:
    invitation = invite(
        actor=world.admin,
        organisation_id=world.admin.lab(),
        email="accomplice@north.example",
        given_name="A",
        family_name="Complice",
        role="lab_admin",
    )
    end_membership(actor=system("tests", Door.COMMAND), membership_id=world.admin.acting())
    nobody = Actor(person=None, name="", door=Door.WEB)
    with pytest.raises(Conflict):
        accept_invitation(actor=nobody, invitation_id=invitation.pk, password="a long sentence nobody knows")
