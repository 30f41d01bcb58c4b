"""Entering a case: a known patient by number first, else a new one; rows that come and go; everything typed is kept."""

import re
from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from cases.actions.fields import IdentifierFields, PatientFields
from cases.actions.register_patient import register_patient
from cases.models import Case, Patient, PatientIdentifier
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.cast import Answer, World
from tests.finding import found

SignIn = Callable[[Actor], Client]
NEW = "cases:new"


def form(**changes: str) -> dict[str, str]:
    """A form that can be registered."""
    return {
        "step": "register",
        "number": "",
        "family_name": "Voorbeeld",
        "given_name": "Anna",
        "used_name": "",
        "birth_family_name": "Bakker",
        "birth_day": "",
        "birth_month": "11",
        "birth_year": "1956",
        "sex": "F",
        "numbers-TOTAL_FORMS": "2",
        "numbers-INITIAL_FORMS": "0",
        "numbers-0-system": "LOCAL",
        "numbers-0-value": "777",
        "numbers-0-issuer": "",
        "numbers-0-verified": "on",
        "numbers-1-system": "",
        "numbers-1-value": "",
        "accession_number": "E-1",
        "received_on_day": "",
        "received_on_month": "",
        "received_on_year": "",
        "organ_system": "skin",
        "priority": "urgent",
        "history": "Nodule.",
        "language": "en",
        "notation": "",
        "material-TOTAL_FORMS": "2",
        "material-INITIAL_FORMS": "0",
        "material-0-part": "A",
        "material-0-type": "Excision",
        "material-0-site": "left arm",
        "material-0-block": "A1",
        "material-0-stain": "H&E",
        "material-0-level": "",
        "material-0-label": "",
        "material-1-part": "",
        "material-1-type": "",
        "material-1-site": "",
        "material-1-block": "",
        "material-1-stain": "",
        "material-1-level": "",
        "material-1-label": "",
        **{name.replace("__", "-"): value for name, value in changes.items()},
    }


@pytest.fixture
def staff(world: World, sign_in: SignIn) -> Client:
    return sign_in(world.staff)


def send(client: Client, **changes: str) -> Answer:
    return client.post(reverse(NEW), form(**changes))


def test_a_new_patient_with_a_case_and_its_material(world: World, staff: Client) -> None:
    answer = send(staff)
    case = Case.objects.select_related("patient").get(accession_number="E-1")
    assert answer["Location"] == reverse("cases:detail", args=[case.pk])
    patient = case.patient
    assert (patient.family_name, patient.birth_year, patient.birth_month, patient.birth_day) == (
        "Voorbeeld",
        1956,
        11,
        None,
    )
    number = patient.identifiers.get()
    assert (number.system, number.value, number.verified) == ("LOCAL", "777", True)
    assert (case.organisation_id, case.priority, case.history) == (world.staff.organisation, "urgent", "Nodule.")
    slide = case.slides.select_related("block", "specimen").get()
    assert slide.block
    assert (slide.label, slide.stain, slide.block.label, slide.specimen.site) == ("A1-HE-1", "HE", "A1", "left arm")


def test_a_day_of_receipt_is_noon_there(staff: Client) -> None:
    send(staff, received_on_day="15", received_on_month="1", received_on_year="2026")
    case = Case.objects.get(accession_number="E-1")
    assert case.received_at.isoformat() == "2026-01-15T11:00:00+00:00"


def test_a_known_patient_is_found_by_number_and_taken(world: World, staff: Client) -> None:
    patient = world.case("sent").patient
    found = send(staff, step="find", number="north-sent-1", family_name="")
    assert found.context["chosen"].id == patient.pk
    assert found.context["case_form"].initial["history"] == "Nodule."
    before = Patient.objects.count()
    send(staff, patient=str(patient.pk), patient_version="1", family_name="", numbers__0__value="")
    assert Case.objects.get(accession_number="E-1").patient_id == patient.pk
    assert Patient.objects.count() == before


def test_looking_for_a_number_is_recorded_without_the_number(world: World, staff: Client) -> None:
    send(staff, step="find", number="north-sent-1")
    look = AuditEvent.objects.get(action="patient.searched", person=world.staff.person)
    assert look.facts == {"by": "number", "found": 1}


def test_another_patient_starts_from_a_fresh_page(world: World, staff: Client) -> None:
    patient = world.case("sent").patient
    data = {name: value for name, value in form(step="other", patient=str(patient.pk)).items() if name != "sex"}
    page = staff.post(reverse(NEW), data).content.decode()
    assert re.findall(r'<option value="(\w*)" selected>', page.split('name="sex"')[1].split("</select>")[0]) == ["U"]


def test_a_number_nobody_has_becomes_the_new_patients(staff: Client) -> None:
    answer = send(staff, step="find", number="4711", numbers__0__value="")
    assert answer.context["found"] == [] and answer.context["chosen"] is None
    assert answer.context["numbers"].forms[0].initial["value"] == "4711"


def test_another_laboratorys_patient_is_nobody_here(world: World, mirror: World, staff: Client) -> None:
    theirs = mirror.case("sent").patient
    assert send(staff, step="find", number="south-sent-1").context["found"] == []
    answer = send(staff, patient=str(theirs.pk), patient_version="1", family_name="")
    assert answer.status_code == 422
    assert not Case.objects.filter(accession_number="E-1").exists()


def test_a_patient_corrected_in_the_meantime_is_looked_at_again(world: World, staff: Client) -> None:
    patient = world.case("sent").patient
    Patient.objects.filter(pk=patient.pk).update(version=2)
    answer = send(staff, patient=str(patient.pk), patient_version="1")
    assert answer.status_code == 409
    assert answer.context["case_form"].data["history"] == "Nodule."
    assert not Case.objects.filter(accession_number="E-1").exists()


def test_a_number_somebody_has_already_is_refused_for_a_new_patient(staff: Client) -> None:
    answer = send(staff, numbers__0__value="north-sent-1")
    assert answer.status_code == 422
    assert "Find that patient by the number" in answer.content.decode()
    assert not Case.objects.filter(accession_number="E-1").exists()


@pytest.fixture
def held(world: World) -> Patient:
    """A patient of the register whose number is written in groups."""
    numbers = [IdentifierFields("GB:NHS", "999 150 6012", verified=True), IdentifierFields("LOCAL", "W0004544")]
    return register_patient(actor=world.staff, fields=PatientFields("Held", identifiers=numbers))


@pytest.mark.parametrize("typed", ["9991506012", "999-150-6012", " 999 1506 012", "w0004544", "W000 4544"])
def test_a_patient_is_found_by_a_number_however_it_is_spelled(held: Patient, staff: Client, typed: str) -> None:
    chosen = send(staff, step="find", number=typed, family_name="").context["chosen"]
    assert chosen.id == held.pk
    assert [each.value for each in chosen.identifiers] == ["999 150 6012", "W0004544"]


@pytest.mark.parametrize(
    ("system", "value"),
    [("GB:NHS", "9991506012"), ("gb:nhs", "999-150-6012"), ("NHS", "999 150 6012"), ("local", "w0004544")],
)
def test_a_number_in_another_spelling_is_nobody_elses(held: Patient, staff: Client, system: str, value: str) -> None:
    answer = send(staff, numbers__0__system=system, numbers__0__value=value)
    assert answer.status_code == 422
    assert f"{value} already. Find that patient by the number." in answer.content.decode()
    assert Patient.objects.filter(family_name="Voorbeeld").count() == 0


def test_a_system_is_kept_in_full_where_it_is_given_as_pages_show_it(staff: Client) -> None:
    send(staff, numbers__0__system="bsn", numbers__1__system="HOSPITAL-7", numbers__1__value="12")
    systems = Case.objects.get(accession_number="E-1").patient.identifiers.values_list("system", flat=True)
    assert set(systems) == {"NL:BSN", "HOSPITAL-7"}


def test_one_patient_does_not_have_a_number_twice_in_two_spellings(held: Patient, staff: Client) -> None:
    answer = send(staff, numbers__0__value="7-7", numbers__1__system="LOCAL", numbers__1__value="77")
    assert answer.status_code == 422
    assert "The same patient number is entered twice." in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        PatientIdentifier.objects.create(patient=held, system="gb:nhs", value="9991506012")


def test_the_numbers_that_were_there_before_get_their_keys_and_of_two_spellings_the_verified_one_stays(
    held: Patient,
) -> None:
    numbers = PatientIdentifier.objects.filter(patient=held, system="GB:NHS")
    numbers.update(value_key="unspaced", verified=False)
    PatientIdentifier.objects.create(patient=held, system="gb:nhs", value="999-150-6012", verified=True)
    PatientIdentifier.objects.filter(patient=held, verified=True, system="gb:nhs").update(value_key="another")
    with connection.schema_editor() as editor:
        import_module("cases.migrations.0004_number_keys").fill(apps, editor)
    kept = PatientIdentifier.objects.filter(patient=held).values_list("system_key", "value_key", "value")
    assert set(kept) == {("GBNHS", "9991506012", "999-150-6012"), ("LOCAL", "W0004544", "W0004544")}


def test_a_number_of_signs_alone_is_none(staff: Client) -> None:
    answer = send(staff, numbers__0__value="- /")
    assert "Each patient number needs its system and its value." in answer.content.decode()


def test_rows_come_and_go_and_everything_typed_stays(staff: Client) -> None:
    more = send(staff, step="add:material")
    assert len(more.context["rows"].forms) == 3
    assert more.context["rows"].forms[0].initial["site"] == "left arm"
    assert more.context["patient_form"].initial["family_name"] == "Voorbeeld"
    assert more.context["patient_form"].initial["birth"] == ["", "11", "1956"]
    less = send(staff, step="remove:material-0")
    assert [row.initial["part"] for row in less.context["rows"].forms] == [""]
    numbers = send(staff, step="add:numbers")
    assert len(numbers.context["numbers"].forms) == 3
    assert numbers.context["numbers"].forms[0].initial["value"] == "777"
    assert not Case.objects.filter(accession_number="E-1").exists()


def test_the_notation_adds_rows_and_keeps_what_it_could_not_read(staff: Client) -> None:
    answer = send(staff, step="notation", notation="A2 HE x2, A2 Fooo")
    assert [(row.initial["block"], row.initial["stain"]) for row in answer.context["rows"].forms] == [
        ("A1", "H&E"),
        ("A2", "HE"),
        ("A2", "HE"),
    ]
    assert answer.context["notation"].initial["notation"] == "A2 Fooo"
    assert "Fooo" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "where"),
    [
        ({"family_name": ""}, "family_name", "patient_form"),
        ({"birth_day": "5", "birth_month": ""}, "birth", "patient_form"),
        ({"birth_year": "2199"}, "birth", "patient_form"),
        ({"accession_number": ""}, "accession_number", "case_form"),
        ({"accession_number": "N-sent"}, "accession_number", "case_form"),
        ({"organ_system": "heart"}, "organ_system", "case_form"),
        ({"received_on_month": "1", "received_on_year": "2026"}, "received_on", "case_form"),
        ({"received_on_day": "5", "received_on_month": "1", "received_on_year": "2199"}, "received_on", "case_form"),
        ({"history": "x" * 20_001}, "history", "case_form"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    staff: Client, changes: dict[str, str], field: str, where: str
) -> None:
    answer = send(staff, **changes)
    assert answer.status_code == 422
    assert field in answer.context[where].errors
    assert re.search(r'role="alert"', answer.content.decode())
    assert not Case.objects.filter(accession_number="E-1").exists()
    assert not PatientIdentifier.objects.filter(value="777").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"material__0__stain": "vimentine"}, "stain"),
        ({"material__0__type": ""}, "type"),
        ({"material__0__type": "tumour"}, "type"),
        ({"material__0__part": ""}, "part"),
        ({"material__0__label": "x" * 31}, "label"),
    ],
)
def test_what_is_wrong_in_a_row_is_said_in_the_row(staff: Client, changes: dict[str, str], field: str) -> None:
    answer = send(staff, **changes)
    assert answer.status_code == 422
    assert field in answer.context["rows"].forms[0].errors


def test_a_patient_needs_a_number(staff: Client) -> None:
    answer = send(staff, numbers__0__system="", numbers__0__value="", numbers__0__verified="")
    assert answer.status_code == 422 and "at least one patient number" in answer.content.decode()


def test_the_first_field_has_the_focus_and_enter_registers(staff: Client) -> None:
    page = staff.get(reverse(NEW)).content.decode()
    assert re.search(r'<input[^>]*name="number"[^>]*autofocus', page)
    first = found(r'<form method="post"[^>]* id="case-form".*?<button[^>]*>', page, re.S)[0]
    assert 'value="register"' in first.rsplit("<button", 1)[1]


@pytest.mark.parametrize("who", ["clinician", "admin"])
def test_a_role_that_enters_no_cases_is_told_so(world: World, sign_in: SignIn, who: str) -> None:
    client = sign_in(world.people[who])
    assert client.get(reverse(NEW)).status_code == 403
    assert client.post(reverse(NEW), form()).status_code == 403
    assert not Case.objects.filter(accession_number="E-1").exists()
