"""Confirming that a request stands for its patient and case as they are now: who may, when, and what it leaves."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases.basis.kinds import Kind
from cases.basis.models import Outcome, SharingDecision
from cases.models import Slide
from consult.requests.actions.add_slides import add_slides
from consult.requests.actions.confirm_identity import confirm_identity
from consult.requests.models import ConsultRequest
from core.actor import Actor
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Invalid
from core.jobs import run
from core.workflow.models import TimelineEntry
from notifications.models import Notification
from tests.basis.helping import move as move_lab
from tests.basis.helping import note, sees
from tests.basis.helping import sent as send_draft
from tests.cast import CANARY, World
from tests.requests.changes import (
    CHANGES,
    NEW_NUMBER,
    Changing,
    confirm,
    fresh,
    move,
    relabel,
    rename,
    renumber,
    seen,
)
from tests.requests.screen import act_url, hidden_in, on_screen, text_of

SignIn = Callable[[Actor], Client]
RUNNING = ("sent", "asked", "accepted", "waiting")


@pytest.fixture
def accepted(world: World) -> ConsultRequest:
    """The request that the expert works on."""
    return world.request("accepted")


@pytest.mark.parametrize("state", RUNNING)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_it_keeps_what_is_there_now(world: World, state: str, change: Changing) -> None:
    before = world.request(state)
    change(world, before)
    confirm(world.asker, before)
    after = fresh(before)
    case, patient, kept = after.case, after.case.patient, after.as_sent
    assert (after.status, after.version) == (state, before.version + 1)
    assert (after.case_version, after.patient_version) == (case.identity_version, patient.version)
    assert kept != before.as_sent
    assert (kept["patient"]["id"], kept["patient"]["family_name"]) == (str(patient.pk), patient.family_name)
    assert (kept["accession_number"], kept["history"]) == (case.accession_number, case.history)
    assert [slide["label"] for slide in kept["slides"]] == [Slide.objects.get(pk=before.slides.get().slide_id).label]
    with pytest.raises(Conflict):
        confirm(world.asker, before)  # it stands now


def test_it_leaves_a_step_and_a_row_and_tells_the_expert_without_a_name(world: World, accepted: ConsultRequest) -> None:
    before = str(accepted.case.patient_id)
    move(world, accepted)
    confirm(world.asker, accepted)
    step = TimelineEntry.objects.get(noun_id=accepted.pk, action="confirm_identity")
    assert (step.facts["different"], step.facts["patient_before"]) == (["other_patient"], before)
    row = AuditEvent.objects.get(action="request.confirmed", object_id=str(accepted.pk))
    assert (row.person, row.patient) == (world.asker.person, fresh(accepted).case.patient_id)
    run.drain()
    told = Notification.objects.get(kind="request.confirm_identity", subject=accepted.pk)
    assert told.recipient_id == world.expert.person
    assert world.asker.name in told.sentence
    assert CANARY not in told.sentence


def test_another_patient_is_asked_as_before_sending(world: World, sign_in: SignIn) -> None:
    """Where the rule wants it: nothing that the patient of before has said counts for the one whom the case has now."""
    move_lab(world, "SE")
    needs = (Kind.INFORMED, Kind.CONSENT)
    before = [note(world, kind, "draft", all_cases=True) for kind in needs]
    request = send_draft(world)
    move(world, request)
    assert not sees(world.expert, world, "draft"), "the other patient has consented to nothing"
    page = sign_in(world.asker).get(reverse("cases:detail", args=[request.case_id])).content.decode()
    assert "Shared by a record that does not count any more" in page
    with pytest.raises(Invalid) as refusal:
        confirm(world.asker, request)
    assert set(refusal.value.fields) == {"informed", "consent"}
    form = sign_in(world.asker).post(act_url(request, "confirm_identity"), on_screen(fresh(request)))
    assert form.status_code == 422 and "No consent of the patient is recorded" in form.content.decode()
    with pytest.raises(Forbidden):
        confirm(world.staff, request)
    assert fresh(request).as_sent == request.as_sent

    said = [note(world, kind, "draft") for kind in needs]
    assert sees(world.expert, world, "draft")
    confirm(world.asker, request)
    allowed = SharingDecision.objects.filter(source_id=request.pk, outcome=Outcome.ALLOWED).order_by("decided_at")
    named = [[each["fact"] for each in decision.grounds if "fact" in each] for decision in allowed]
    assert named == [[str(fact.pk) for fact in facts] for facts in (before, said)]
    assert sees(world.expert, world, "draft")


def test_elsewhere_another_patient_is_confirmed_with_a_decision_of_its_own(
    world: World, accepted: ConsultRequest
) -> None:
    kept = SharingDecision.objects.filter(source_id=accepted.pk)
    before = kept.count()
    rename(world, accepted)
    confirm(world.asker, accepted)
    assert kept.count() == before, "the patient is the same"
    move(world, accepted)
    assert sees(world.expert, world)
    confirm(world.asker, accepted)
    assert kept.count() == before + 1
    assert kept.latest("decided_at").grounds == [{"code": "treatment", "by": world.asker.name}]


def test_a_colleague_may_and_nobody_else(world: World, accepted: ConsultRequest) -> None:
    case = move(world, accepted)
    for who in ("staff", "expert"):
        with pytest.raises(Forbidden):
            confirm(world.people[who], accepted)
    assert confirm(world.colleague, accepted).as_sent["patient"]["id"] == str(case.patient_id)


@pytest.mark.parametrize("state", RUNNING)
def test_there_is_nothing_to_confirm_while_nothing_is_different(world: World, sign_in: SignIn, state: str) -> None:
    client, request = sign_in(world.asker), world.request(state)
    with pytest.raises(Conflict):
        confirm(world.asker, request)
    assert client.get(act_url(request, "confirm_identity")).status_code == 409
    assert client.post(act_url(request, "confirm_identity"), on_screen(request)).status_code == 409
    assert fresh(request).version == request.version


def test_what_was_put_back_needs_no_confirming(world: World, accepted: ConsultRequest) -> None:
    rename(world, accepted)
    rename(world, accepted, CANARY)
    with pytest.raises(Conflict):
        confirm(world.asker, accepted)


@pytest.mark.parametrize("state", ["answered", "acknowledged", "closed", "withdrawn"])
def test_what_is_over_is_not_confirmed_any_more(world: World, state: str) -> None:
    request = world.request(state)
    move(world, request)
    with pytest.raises(Conflict):
        confirm(world.asker, request)


def test_a_page_from_before_the_next_change_confirms_nothing(world: World, accepted: ConsultRequest) -> None:
    move(world, accepted)
    old = seen(accepted)
    renumber(world, accepted)
    for version, held in ((accepted.version, old), (accepted.version - 1, seen(accepted))):
        with pytest.raises(Conflict):
            confirm_identity(actor=world.asker, request_id=accepted.pk, version=version, seen=held)
    assert fresh(accepted).as_sent == accepted.as_sent


def test_slides_that_are_added_are_kept_under_the_names_they_had(world: World, accepted: ConsultRequest) -> None:
    new = world.slides("accepted")[1]
    add_slides(
        actor=world.asker,
        request_id=accepted.pk,
        version=accepted.version,
        seen=seen(accepted),
        slides=[new.pk],
    )
    assert [slide["label"] for slide in fresh(accepted).as_sent["slides"]] == ["A1-HE", "A2-HE"]
    relabel(world, accepted, 1)
    labels = {slide["label"] for slide in confirm(world.asker, accepted).as_sent["slides"]}
    assert labels == {"A1-HE", "X1-HE"}


def test_the_form_shows_both_sides_and_confirms(world: World, sign_in: SignIn, accepted: ConsultRequest) -> None:
    client, address = sign_in(world.asker), act_url(accepted, "confirm_identity")
    move(world, accepted)
    form = text_of(client, address)
    table = form[form.index("<table") : form.index("</table>")]
    assert table.index("Given accepted") < table.index("Given declined")
    assert client.post(address, hidden_in(form)).status_code == 302
    assert fresh(accepted).as_sent["patient"]["given_name"] == "Given declined"


def test_a_form_from_before_the_next_change_comes_back_with_what_is_now(
    world: World, sign_in: SignIn, accepted: ConsultRequest
) -> None:
    move(world, accepted)
    held = on_screen(fresh(accepted))
    renumber(world, accepted)
    answer = sign_in(world.asker).post(act_url(accepted, "confirm_identity"), held)
    assert answer.status_code == 409
    assert NEW_NUMBER in answer.content.decode()
    assert fresh(accepted).as_sent == accepted.as_sent


def test_the_api_says_what_is_different_and_confirms_once_for_a_key(
    world: World, sign_in: SignIn, accepted: ConsultRequest
) -> None:
    move(world, accepted)
    client, address = sign_in(world.asker), f"/api/v1/requests/{accepted.pk}"
    read = client.get(address).json()
    (found,) = read["differences"]
    assert (found["kind"], found["blocks"]) == ("other_patient", True)
    assert found["changes"][0] == {
        "what": "Name",
        "sent": f"{CANARY.upper()}, Given accepted",
        "now": f"{CANARY.upper()}, Given declined",
    }
    assert "confirm_identity" in read["actions"]
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": f'"{read["version"]}"'}
    body = json.dumps({"seen": read["seen"]})
    for _ in range(2):
        answer = client.post(f"{address}/confirm_identity", body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["differences"]) == (200, [])
        assert "confirm_identity" not in answer.json()["actions"]
    assert TimelineEntry.objects.filter(noun_id=accepted.pk, action="confirm_identity").count() == 1
