"""Requests at the API: the same scope, conditions and actions as the pages."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from cases.access.view import case_view
from consult.requests.api.views import CALLS
from consult.requests.models import ConsultRequest
from consult.requests.policy import visible_requests
from consult.requests.states import REQUEST
from core.actor import Actor
from tests.cast import STATES, World

SignIn = Callable[[Actor], Client]
ROOT = "/api/v1/requests"


def post(client: Client, path: str, body: dict[str, object], **headers: str) -> tuple[int, dict[str, Any]]:
    """A POST with a new key, unless one is given."""
    response = client.post(
        f"{ROOT}{path}",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid4()), **headers},
    )
    return response.status_code, json.loads(response.content)


def seen(request: ConsultRequest) -> dict[str, object]:
    """What reading gave."""
    return {"seen": {"case": request.case.identity_version, "patient": request.case.patient.version}}


def tag(request: ConsultRequest) -> str:
    """Its ETag."""
    return f'"{request.version}"'


OF_NOBODY = ("hand_over", "expert_left", "requester_left", "open_by_name")  # the system takes these


def test_every_action_of_the_table_has_its_address() -> None:
    assert REQUEST.actions - {"create", "edit", "answer", *OF_NOBODY} == set(CALLS)


@pytest.mark.parametrize("who", ["asker", "staff", "expert", "expert_colleague", "stranger", "clinician"])
def test_the_list_holds_what_the_caller_may_see(world: World, sign_in: SignIn, who: str) -> None:
    actor = world.people[who]
    answer = sign_in(actor).get(ROOT).json()
    assert {row["id"] for row in answer["results"]} == {
        str(pk) for pk in visible_requests(actor).values_list("pk", flat=True)
    }


def test_the_list_is_narrowed_by_status(world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.expert).get(f"{ROOT}?status=sent").json()
    assert [row["id"] for row in answer["results"]] == [str(world.request("sent").pk)]


@pytest.mark.parametrize("state", [state for state in STATES if state != "draft"])
def test_a_request_says_what_the_caller_may_do(world: World, sign_in: SignIn, state: str) -> None:
    request = world.request(state)
    response = sign_in(world.expert).get(f"{ROOT}/{request.pk}")
    answer = response.json()
    assert answer["actions"] == REQUEST.allowed(state, frozenset({"expert"}))
    assert response.headers["ETag"] == tag(request)
    running = state not in {"closed", "declined", "withdrawn"}
    assert (answer["case"] is not None) == running
    assert bool(answer["slides"]) == running
    assert (answer["seen"] is not None) == running


def test_the_patient_comes_through_the_case_view(world: World, sign_in: SignIn) -> None:
    request = world.request("sent")
    answer = sign_in(world.expert).get(f"{ROOT}/{request.pk}").json()
    assert answer["patient"]["family_name"] == case_view(world.expert, request.case).name_family


def test_what_one_may_not_see_is_a_problem_of_404(world: World, sign_in: SignIn) -> None:
    response = sign_in(world.stranger).get(f"{ROOT}/{world.request('sent').pk}")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_request_is_made_once_for_one_key(world: World, sign_in: SignIn) -> None:
    client, case, key = sign_in(world.asker), world.case("declined"), str(uuid4())
    body: dict[str, object] = {"case": str(case.pk), "seen": {"case": 1, "patient": 1}}
    first = post(client, "", body, **{"Idempotency-Key": key})
    again = post(client, "", body, **{"Idempotency-Key": key})
    assert first[0] == again[0] == 201
    assert first[1]["id"] == again[1]["id"]
    assert ConsultRequest.objects.filter(case=case, status="draft").count() == 1


def test_a_draft_is_changed_only_with_the_version_that_was_read(world: World, sign_in: SignIn) -> None:
    client, request = sign_in(world.asker), world.request("draft")
    body = json.dumps({**seen(request), "question": "By API?"})
    address = f"{ROOT}/{request.pk}"
    kind: dict[str, Any] = {"content_type": "application/json"}
    assert client.patch(address, body, **kind).status_code == 428
    assert client.patch(address, body, headers={"If-Match": '"99"'}, **kind).status_code == 409
    changed = client.patch(address, body, headers={"If-Match": tag(request)}, **kind)
    assert (changed.status_code, changed.json()["question"]) == (200, "By API?")
    request.refresh_from_db()
    assert changed.headers["ETag"] == tag(request)
    assert request.expert is not None  # what is left out stays


@pytest.mark.parametrize(
    ("who", "state", "name", "body", "after"),
    [
        ("asker", "draft", "send", {}, "sent"),
        ("asker", "draft", "discard", {}, "discarded"),
        ("expert", "sent", "accept", {"accession_number": "EXP-9"}, "accepted"),
        ("expert", "sent", "decline", {"reason": "no_capacity"}, "declined"),
        ("expert", "sent", "ask", {"codes": ["lab_values"]}, "asked"),
        ("asker", "asked", "reply", {"text": "Two months."}, "sent"),
        ("expert", "accepted", "give_number", {"accession_number": "EXP-9"}, "accepted"),
        ("asker", "sent", "withdraw", {"reason": "Solved."}, "withdrawn"),
        ("asker", "answered", "acknowledge", {}, "acknowledged"),
        ("asker", "acknowledged", "close", {"use": "adopted"}, "closed"),
    ],
)
def test_each_action_at_its_address(
    world: World, sign_in: SignIn, who: str, state: str, name: str, body: dict[str, object], after: str
) -> None:
    request = world.request(state)
    status, answer = post(
        sign_in(world.people[who]), f"/{request.pk}/{name}", {**seen(request), **body}, **{"If-Match": tag(request)}
    )
    assert (status, answer.get("status")) == (200, after)


def test_an_action_without_its_conditions_is_refused(world: World, sign_in: SignIn) -> None:
    client, request = sign_in(world.expert), world.request("sent")
    body = {**seen(request), "accession_number": "EXP-9"}
    assert post(client, f"/{request.pk}/accept", body)[0] == 428
    bare = client.post(f"{ROOT}/{request.pk}/accept", json.dumps(body), content_type="application/json")
    assert bare.status_code == 400
    assert post(client, f"/{request.pk}/accept", body, **{"If-Match": '"99"'})[0] == 409
    request.refresh_from_db()
    assert request.status == "sent"


def test_an_action_cannot_land_on_a_corrected_patient(world: World, sign_in: SignIn) -> None:
    request = world.request("sent")
    body: dict[str, object] = {"seen": {"case": 1, "patient": 99}}
    status, answer = post(sign_in(world.expert), f"/{request.pk}/accept", body, **{"If-Match": tag(request)})
    assert (status, answer["status"]) == (409, 409)


def test_the_other_sides_action_is_forbidden(world: World, sign_in: SignIn) -> None:
    request = world.request("sent")
    assert post(sign_in(world.asker), f"/{request.pk}/accept", seen(request), **{"If-Match": tag(request)})[0] == 403


def test_slides_of_another_case_are_refused(world: World, sign_in: SignIn) -> None:
    request, foreign = world.request("accepted"), world.slides("sent")[0]
    body = {**seen(request), "slides": [str(foreign.pk)]}
    assert post(sign_in(world.asker), f"/{request.pk}/add_slides", body, **{"If-Match": tag(request)})[0] == 422
