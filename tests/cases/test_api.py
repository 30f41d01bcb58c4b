"""Cases and patients over the API: the same actions, with ETag, If-Match and Idempotency-Key."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cases.models import Case, Patient, Slide
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.cast import CANARY, Answer, World

SignIn = Callable[[Actor], Client]
PATIENT = {
    "family_name": "Api",
    "birth": "1956-11",
    "identifiers": [{"system": "LOCAL", "value": "API-1", "verified": True}],
}
NEW = {
    "accession_number": "API-1",
    "organ_system": "skin",
    "patient": PATIENT,
    "material": {
        "parts": [{"label": "A", "type": "excision"}],
        "slides": [{"label": "A1-HE-1", "stain": "HE", "part": "A", "block": "A1"}],
    },
}


class Api:
    """A client that speaks JSON."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, url: str, **query: str) -> Answer:
        return self.client.get(url, query)

    def send(self, method: str, url: str, body: object = None, key: str = "", tag: str = "") -> Answer:
        headers = {"Idempotency-Key": key or str(uuid4()), **({"If-Match": tag} if tag else {})}
        return self.client.generic(method, url, json.dumps(body or {}), "application/json", headers=headers)


@pytest.fixture
def staff(world: World, sign_in: SignIn) -> Api:
    return Api(sign_in(world.staff))


@pytest.fixture
def expert(world: World, sign_in: SignIn) -> Api:
    return Api(sign_in(world.expert))


def case_url(world: World, state: str = "sent", tail: str = "") -> str:
    return reverse(f"api-case{tail}", args=[world.case(state).pk])


def test_a_case_with_its_patient_and_material(world: World, staff: Api) -> None:
    answer = staff.send("POST", reverse("api-cases"), NEW)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert answer["ETag"] == '"1.1.1"'
    assert (body["patient"]["family_name"], body["patient"]["birth"]) == ("Api", "1956-11")
    assert body["parts"][0]["blocks"][0]["slides"][0]["label"] == "A1-HE-1"
    assert body["actions"] == ["edit", "correct", "add_material", "correct_material", "close"]
    assert Case.objects.get(accession_number="API-1").organisation_id == world.staff.organisation


def test_a_repeat_with_the_same_key_is_the_same_case(staff: Api) -> None:
    first = staff.send("POST", reverse("api-cases"), NEW, key="once-and-only")
    again = staff.send("POST", reverse("api-cases"), NEW, key="once-and-only")
    assert first.json()["id"] == again.json()["id"]
    assert Case.objects.filter(accession_number="API-1").count() == 1


def test_what_may_not_be_set_is_not_set(world: World, mirror: World, staff: Api) -> None:
    extra = {
        **NEW,
        "organisation": str(mirror.staff.organisation),
        "status": "closed",
        "version": 9,
        "id": str(uuid4()),
    }
    body = staff.send("POST", reverse("api-cases"), extra).json()
    case = Case.objects.get(accession_number="API-1")
    assert (case.organisation_id, case.status, case.version) == (world.staff.organisation, "open", 1)
    assert body["id"] != extra["id"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"organ_system": "heart"}, "case.organ_system"),
        ({"accession_number": ""}, "accession_number"),
        ({"accession_number": "N-sent"}, "case.accession_number"),
        ({"patient": {**PATIENT, "birth": "1956-02-31"}}, "patient.birth"),
        ({"patient": {**PATIENT, "birth": "05.11.1956"}}, "patient"),
        ({"patient": {**PATIENT, "identifiers": []}}, "patient.identifiers"),
        ({"patient": None}, "patient"),
        ({"patient_id": "0192d000-0000-7000-8000-000000000000"}, "patient"),
        ({"material": {"slides": [{"label": "x", "stain": "nope", "part": "A"}]}}, "material.slides.0.part"),
    ],
)
def test_what_cannot_be_used_is_said_by_field(staff: Api, change: dict[str, object], field: str) -> None:
    answer = staff.send("POST", reverse("api-cases"), {**NEW, **change})
    assert answer.status_code == 422, answer.content
    assert field in answer.json()["fields"]


def test_a_patient_of_another_register_is_the_same_answer_as_none(world: World, mirror: World, staff: Api) -> None:
    bodies = []
    for key in (mirror.case("sent").patient_id, uuid4(), world.case("sent").pk):
        answer = staff.send("POST", reverse("api-cases"), {**NEW, "patient": None, "patient_id": str(key)})
        bodies.append((answer.status_code, answer.content))
    assert bodies[0][0] == 404 and len(set(bodies)) == 1


def test_the_list_goes_on_by_its_key(world: World, staff: Api) -> None:
    page = staff.get(reverse("api-cases"), status="open").json()
    assert len(page["results"]) == 10 and page["after"] is None
    assert staff.get(reverse("api-cases"), status="closed").json()["results"] == []
    assert staff.get(reverse("api-cases"), after="nonsense").status_code == 422
    look = AuditEvent.objects.filter(action="case.listed").first()
    assert look
    assert look.facts["filter"] == {"status": "open"}


def test_readers_get_what_they_may_know(world: World, staff: Api, expert: Api) -> None:
    case = world.case("sent")
    body = expert.get(case_url(world)).json()
    assert body["actions"] == [] and not body["is_home"]
    assert [s["label"] for part in body["parts"] for block in part["blocks"] for s in block["slides"]] == ["A1-HE"]
    case.grants.filter(permission__codename="view_identity").delete()
    hidden = expert.get(case_url(world))
    assert hidden.json()["patient"]["is_pseudonymised"] and hidden.json()["patient"]["id"] is None
    assert hidden.json()["patient"]["birth"] == "1956" and hidden.json()["accession_number"] == ""
    assert CANARY not in hidden.content.decode() and "N-sent" not in hidden.content.decode()
    assert expert.get(case_url(world, "draft")).status_code == 404
    assert AuditEvent.objects.filter(action="case.read", person=world.expert.person, case=case.pk).count() == 2


def test_a_change_needs_what_was_read(world: World, staff: Api) -> None:
    url = case_url(world)
    tag = staff.get(url)["ETag"]
    assert staff.send("PATCH", url, {"history": "New"}).status_code == 428
    assert staff.send("PATCH", url, {"history": "New"}, tag='"x"').status_code == 422
    changed = staff.send("PATCH", url, {"history": "New"}, tag=tag)
    assert changed.status_code == 200 and changed.json()["history"] == "New"
    assert changed.json()["organ_system"] == "skin"
    late = staff.send("PATCH", url, {"history": "Late"}, tag=tag)
    assert late.status_code == 409 and late.json()["current"]["history"] == "New"
    assert staff.send("PATCH", url, {"history": "Next"}, tag=changed["ETag"]).status_code == 200


def test_a_change_over_a_corrected_patient_is_stopped(world: World, staff: Api) -> None:
    url = case_url(world)
    tag = staff.get(url)["ETag"]
    Patient.objects.filter(pk=world.case("sent").patient_id).update(version=2)
    for method, where, body in (
        ("PATCH", url, {"history": "x"}),
        ("POST", case_url(world, tail="-close"), {}),
        ("POST", case_url(world, tail="-material"), {"parts": [{"label": "B", "type": "excision"}]}),
    ):
        assert staff.send(method, where, body, tag=tag).status_code == 409


def test_material_corrections_and_closing(world: World, staff: Api) -> None:
    url, slide = case_url(world), world.slides("sent")[0]

    def tag() -> str:
        return staff.get(url)["ETag"]

    added = {"parts": [{"label": "B", "type": "excision"}], "blocks": [{"part": "B", "label": "B1"}]}
    assert staff.send("POST", case_url(world, tail="-material"), added, tag=tag()).status_code == 201
    fix = {"slides": [{"id": str(slide.pk), "label": "X", "stain": "PAS"}], "reason": "Misread"}
    assert staff.send("POST", case_url(world, tail="-material-corrections"), fix, tag=tag()).status_code == 200
    assert Slide.objects.get(pk=slide.pk).label == "X"
    right = {"accession_number": "API-9", "reason": "Misread"}
    assert staff.send("POST", case_url(world, tail="-corrections"), right, tag=tag()).status_code == 200
    moved = {"patient_id": str(world.case("draft").patient_id), "reason": "Wrong bag"}
    corrections = reverse("api-case-corrections", args=[slide.case_id])
    one = reverse("api-case", args=[slide.case_id])
    assert staff.send("POST", corrections, moved, tag=staff.get(one)["ETag"]).status_code == 200
    assert staff.send("POST", corrections, {"reason": "x"}, tag=staff.get(one)["ETag"]).status_code == 422
    close, reopen = (reverse(f"api-case-{name}", args=[slide.case_id]) for name in ("close", "reopen"))
    closed = staff.send("POST", close, tag=staff.get(one)["ETag"])
    assert closed.json()["actions"] == ["reopen"]
    assert staff.send("POST", reopen, tag=closed["ETag"]).json()["status"] == "open"


@pytest.mark.parametrize("tail", ["-material", "-material-corrections", "-corrections", "-close"])
def test_a_reader_of_a_shared_case_changes_nothing(world: World, expert: Api, tail: str) -> None:
    bodies = {
        "-material": {"parts": [{"label": "B", "type": "excision"}]},
        "-material-corrections": {"reason": "x"},
        "-corrections": {"accession_number": "X", "reason": "x"},
        "-close": {},
    }
    answer = expert.send("POST", case_url(world, tail=tail), bodies[tail], tag='"1.1.1"')
    assert answer.status_code == 403, answer.content
    assert expert.send("PATCH", case_url(world), {"history": "x"}, tag='"1.1.1"').status_code == 403
    hidden = expert.send("POST", case_url(world, "draft", tail), bodies[tail], tag='"1.1.1"')
    assert hidden.status_code == 404


def test_the_register_of_patients(world: World, staff: Api) -> None:
    made = staff.send("POST", reverse("api-patients"), PATIENT)
    assert made.status_code == 201 and made["ETag"] == '"1"'
    url = reverse("api-patient", args=[made.json()["id"]])
    assert staff.get(url).json() == made.json()
    found = staff.send("POST", reverse("api-patients-search"), {"number": "API-1"})
    assert [each["id"] for each in found.json()] == [made.json()["id"]]
    assert staff.send("POST", reverse("api-patients"), PATIENT).status_code == 422
    right = {**PATIENT, "family_name": "Right", "reason": "Misspelt"}
    assert staff.send("PATCH", url, right).status_code == 428
    assert staff.send("PATCH", url, right, tag='"1"').json()["version"] == 2
    assert staff.send("PATCH", url, right, tag='"1"').status_code == 409
    page = staff.get(reverse("api-patients")).json()
    assert len(page["results"]) == 11 and page["after"] is None
    assert AuditEvent.objects.filter(action="patient.read", patient=made.json()["id"]).count() == 1


def test_the_register_is_the_own_one(world: World, mirror: World, staff: Api, expert: Api) -> None:
    theirs = reverse("api-patient", args=[mirror.case("sent").patient_id])
    assert staff.get(theirs).status_code == 404
    assert staff.send("PATCH", theirs, {**PATIENT, "reason": "x"}, tag='"1"').status_code == 404
    shared = reverse("api-patient", args=[world.case("sent").patient_id])
    assert expert.get(shared).status_code == 404
    assert expert.get(reverse("api-patients")).json()["results"] == []
    assert expert.send("POST", reverse("api-patients-search"), {"number": "north-sent-1"}).json() == []


def test_a_role_without_cases_has_an_empty_register_and_enters_nobody(world: World, sign_in: SignIn) -> None:
    api = Api(sign_in(world.admin))
    assert api.get(reverse("api-patients")).json()["results"] == []
    assert api.get(reverse("api-cases")).json()["results"] == []
    assert api.send("POST", reverse("api-patients"), PATIENT).status_code == 403
    assert api.send("POST", reverse("api-cases"), NEW).status_code == 403


def test_the_description_of_the_api_names_every_door_of_the_room(tmp_path: Any) -> None:
    target = tmp_path / "schema.yaml"
    call_command("spectacular", file=str(target), validate=True)
    text = target.read_text()
    for name in ("cases_list", "cases_create", "cases_update", "cases_correct", "patients_search", "patients_correct"):
        assert f"operationId: {name}" in text
