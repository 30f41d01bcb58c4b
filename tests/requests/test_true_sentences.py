"""What a page says of the reader's own access is true of that reader."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.change_membership import MembershipFields, change_membership
from cases.basis.kinds import Against, Kind
from consult.requests.actions.create import create
from core.actor import Actor
from core.errors import Conflict
from core.letters import written
from tests.basis.helping import finish, note
from tests.cast import World
from tests.emergency.helping import call

SignIn = Callable[[Actor], Client]
STATES = ("accepted", "closed")


def text(client: Client, name: str, *keys: object) -> str:
    return client.get(reverse(name, args=keys)).content.decode()


def test_a_colleague_reads_that_the_slides_are_the_experts_while_the_request_runs(
    world: World, sign_in: SignIn
) -> None:
    said = {
        state: text(sign_in(world.expert_colleague), "requests:detail", world.request(state).pk) for state in STATES
    }
    assert "The slides are open to the expert alone." in said["accepted"]
    assert "The access to the slides has ended." not in said["accepted"]
    assert "The access to the slides has ended." in said["closed"]


def test_why_one_sees_part_of_a_closed_case_is_not_headed_by_not_seeing(world: World, sign_in: SignIn) -> None:
    case = world.request("closed").case_id
    assert "What you see of it, and why not more" in text(sign_in(world.expert), "cases:why", case)
    assert "Why you cannot see something" in text(sign_in(world.stranger), "cases:why", case)


def test_an_expert_who_is_none_any_more_has_not_declined(world: World, sign_in: SignIn) -> None:
    request, fields = world.request("accepted"), MembershipFields("lab_staff")
    change_membership(actor=world.expert_admin, membership_id=world.expert.acting(), fields=fields, open_work_seen=True)
    name = world.user("expert").printed_name
    page = text(sign_in(world.asker), "requests:detail", request.pk)
    assert f"{name} no longer takes consultations at " in page and "Ask somebody else." in page
    assert "has declined" not in page and "Reason: Absent" not in page and "has left" not in page
    by_hand = text(sign_in(world.asker), "requests:detail", world.request("declined").pk)
    assert f"{name} has declined." in by_hand and "Reason: " in by_hand


def test_a_case_opened_in_an_emergency_was_not_shared(world: World, sign_in: SignIn) -> None:
    access = call(world)
    page = text(sign_in(world.stranger), "cases:detail", access.case_id)
    assert ", open to you" in page and "shared with you" not in page


def test_the_emergency_form_promises_nobody_who_may_not_be_there(world: World, sign_in: SignIn) -> None:
    page = text(sign_in(world.stranger), "emergency:open")
    assert "both privacy officers" not in page
    assert "if it has one" in page


def test_who_may_not_withdraw_is_told_before_typing(world: World, sign_in: SignIn) -> None:
    request = world.request("sent")
    address = reverse("requests:act", args=[request.pk, "withdraw"])
    assert sign_in(world.staff).get(address).status_code == 403
    assert sign_in(world.asker).get(address).status_code == 200


def test_a_draft_about_the_same_case_is_named_before_a_second_is_begun(world: World, sign_in: SignIn) -> None:
    case, client = world.request("draft").case_id, sign_in(world.asker)
    number = world.request("draft").number
    assert f"Go on with draft {number}" in text(client, "requests:new", case)
    assert number not in text(sign_in(world.colleague), "requests:new", case), "a draft is its writer's alone"
    create(actor=world.colleague, case_id=case, seen=world.seen("draft"))
    assert text(client, "requests:new", case).count("Go on with draft") == 1


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (Kind.REFUSAL, {}),
        (Kind.BLOCK, {"reach": Against.ALL}),
        (Kind.PROTECTED, {}),
    ],
)
def test_the_same_wish_of_a_patient_is_recorded_once(world: World, kind: Kind, more: dict[str, Any]) -> None:
    made = note(world, kind, "closed", **more)
    with pytest.raises(Conflict):
        note(world, kind, "closed", **more)
    note(world, kind, "closed", all_cases=True, **more)
    finish(world, made, state="closed")
    note(world, kind, "closed", **more)


def test_what_nobody_sees_is_not_kept_and_what_scripts_need_is() -> None:
    assert written(" LIS\u202egnp\u202c ") == "LISgnp"
    assert written("\u2066A\u2069\u200b\u00ad\ufeffB") == "AB"
    assert written("می\u200cخواهم क्\u200dष") == "می\u200cخواهم क्\u200dष"
