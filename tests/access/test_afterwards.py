"""What was allowed once is not answered again to somebody who has become somebody else meanwhile."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.actions.end_membership import end_membership
from accounts.actors import actor_for
from accounts.models import Membership
from cases.access.queries import visible_cases
from core.actor import Door, system
from core.audit.models import AuditEvent
from tests.cast import CANARY, Answer, World, client_for
from tests.emergency.helping import call

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
