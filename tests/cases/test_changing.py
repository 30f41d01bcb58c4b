"""Editing, correcting, closing: nobody's text is lost, identity needs a reason, and two tabs cannot cross."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cases.access.lock import Seen
from cases.actions.correct_material import MaterialCorrections, SlideCorrection, correct_material
from cases.actions.edit import edit
from cases.actions.fields import CaseFields
from cases.actions.link_patient import link_patient
from cases.models import Case, Patient, Slide
from core.actor import Actor
from core.audit.models import AuditEvent
from core.errors import Hidden, Invalid
from core.workflow.models import TimelineEntry
from tests.cast import World

SignIn = Callable[[Actor], Client]


@pytest.fixture
def staff(world: World, sign_in: SignIn) -> Client:
    return sign_in(world.staff)


def seen(world: World, state: str = "sent") -> dict[str, str]:
    now = world.seen(state)
    return {"seen_case": str(now.case), "seen_patient": str(now.patient)}


def at(name: str, world: World, state: str = "sent") -> str:
    return reverse(f"cases:{name}", args=[world.case(state).pk])


def texts(case: Case, **changes: str) -> dict[str, str]:
    return {
        "organ_system": case.organ_system,
        "priority": case.priority,
        "history": case.history,
        "language": case.language,
        "version": str(case.version),
        **changes,
    }


def test_the_texts_of_a_case_are_edited(world: World, staff: Client) -> None:
    case = world.case("sent")
    answer = staff.post(at("edit", world), {**texts(case, history="Longer story."), **seen(world)})
    assert answer["Location"] == at("detail", world)
    after = world.case("sent")
    assert (after.history, after.version, after.identity_version) == ("Longer story.", case.version + 1, 1)


def test_a_lost_race_shows_both_texts_and_a_second_save_goes_through(world: World, staff: Client) -> None:
    case = world.case("sent")
    theirs = CaseFields(case.accession_number, "breast", history="What a colleague wrote.")
    edit(actor=world.colleague, case_id=case.pk, version=case.version, seen=None, fields=theirs)
    answer = staff.post(at("edit", world), {**texts(case, history="What I wrote."), **seen(world)})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "What a colleague wrote." in page and "What I wrote." in page and "Breast" in page
    assert world.case("sent").history == "What a colleague wrote."
    again = {name: str(field.value()) for name, field in ((f.name, f) for f in answer.context["form"])}
    assert again["history"] == "What I wrote." and again["version"] == str(case.version + 1)
    assert staff.post(at("edit", world), {**again, **seen(world)}).status_code == 302
    assert world.case("sent").history == "What I wrote."


def test_an_edit_over_a_corrected_patient_is_stopped_and_kept(world: World, staff: Client) -> None:
    case = world.case("sent")
    before = seen(world)
    Patient.objects.filter(pk=case.patient_id).update(version=2, family_name="Somebody-Else")
    answer = staff.post(at("edit", world), {**texts(case, history="For the other one."), **before})
    assert answer.status_code == 409
    assert "SOMEBODY-ELSE" in answer.content.decode() and "For the other one." in answer.content.decode()
    assert world.case("sent").history != "For the other one."


def test_a_form_without_the_versions_on_the_screen_is_refused(world: World, staff: Client) -> None:
    assert staff.post(at("edit", world), texts(world.case("sent"))).status_code == 422
    assert staff.post(at("close", world)).status_code == 422
    assert world.case("sent").status == "open"


def test_closing_and_reopening(world: World, staff: Client) -> None:
    assert staff.post(at("close", world), seen(world)).status_code == 302
    assert world.case("sent").status == "closed"
    for page in ("edit", "add_material", "correct_material", "correct"):
        assert staff.get(at(page, world)).status_code == 409
    assert staff.post(at("close", world), seen(world)).status_code == 409
    assert staff.post(at("reopen", world), seen(world)).status_code == 302
    assert world.case("sent").status == "open"


PAGES = ("edit", "add_material", "correct_material", "correct", "correct_patient")


@pytest.mark.parametrize("name", [*PAGES, "close", "reopen"])
def test_a_reader_of_a_shared_case_changes_nothing(world: World, sign_in: SignIn, name: str) -> None:
    client = sign_in(world.expert)
    if name in PAGES:
        assert client.get(at(name, world)).status_code == 403
    refused = 409 if name == "reopen" else 403
    assert client.post(at(name, world), {**texts(world.case("sent")), **seen(world)}).status_code == refused
    assert sign_in(world.stranger).post(at(name, world), seen(world)).status_code == 404
    assert world.case("sent").version == 1


def test_the_accession_number_is_corrected_with_a_reason(world: World, staff: Client) -> None:
    form = {"step": "number", "number-accession_number": "N-right", **seen(world)}
    url = at("correct", world)
    assert staff.post(url, {**form, "number-reason": ""}).status_code == 422
    case = world.case("sent")
    assert staff.post(url, {**form, "number-reason": "Misread"}).status_code == 302
    case.refresh_from_db()
    assert (case.accession_number, case.identity_version) == ("N-right", 2)
    assert TimelineEntry.objects.get(noun_id=case.pk, action="correct").reason == "Misread"


def test_a_number_that_is_taken_is_said_at_its_field(world: World, staff: Client) -> None:
    form = {"step": "number", "number-accession_number": "N-draft", "number-reason": "x", **seen(world)}
    answer = staff.post(at("correct", world), form)
    assert answer.status_code == 422 and "accession_number" in answer.context["number"].errors


def test_a_case_under_the_wrong_patient_is_put_right(world: World, staff: Client) -> None:
    url, right = at("correct", world), world.case("draft").patient
    found = staff.post(url, {"step": "find", "number": "north-draft-1"})
    assert [patient.id for patient in found.context["found"]] == [right.pk]
    form = {"step": "patient", "other-patient": str(right.pk), **seen(world)}
    assert staff.post(url, {**form, "other-reason": ""}).status_code == 422
    assert staff.post(url, {**form, "other-reason": "Two requests in one bag"}).status_code == 302
    case = world.case("sent")
    assert (case.patient_id, case.identity_version) == (right.pk, 2)
    event = AuditEvent.objects.get(action="case.corrected", case=case.pk)
    assert event.facts["patient_before"] and event.patient == right.pk


def test_a_case_is_not_given_a_patient_of_another_register(world: World, mirror: World) -> None:
    case, theirs = world.case("sent"), mirror.case("sent").patient_id
    for patient in (theirs, mirror.case("sent").pk):
        with pytest.raises(Hidden):
            link_patient(actor=world.staff, case_id=case.pk, seen=None, patient_id=patient, reason="x")
    with pytest.raises(Invalid):
        link_patient(actor=world.staff, case_id=case.pk, seen=None, patient_id=case.patient_id, reason="x")


def person(**changes: str) -> dict[str, str]:
    return {
        "step": "save",
        "family_name": "Right",
        "given_name": "Anna",
        "used_name": "",
        "birth_family_name": "",
        "birth_day": "6",
        "birth_month": "11",
        "birth_year": "1956",
        "sex": "F",
        "numbers-TOTAL_FORMS": "1",
        "numbers-INITIAL_FORMS": "0",
        "numbers-0-system": "LOCAL",
        "numbers-0-value": "north-sent-1",
        "numbers-0-issuer": "Us",
        "patient_version": "1",
        "reason": "Misspelt",
        **changes,
    }


def test_a_patient_is_corrected_and_everybody_affected_is_named_first(world: World, staff: Client) -> None:
    url = at("correct_patient", world)
    page = staff.get(url)
    assert page.context["case_numbers"] == ["N-sent"]
    assert [reader.name for reader in page.context["known"]] == ["Dr North Expert"]
    assert staff.post(url, {**person(reason=""), **seen(world)}).status_code == 422
    assert staff.post(url, {**person(), **seen(world)}).status_code == 302
    patient = world.case("sent").patient
    assert (patient.family_name, patient.birth_day, patient.version) == ("Right", 6, 2)
    assert patient.identifiers.get().issuer == "Us"


def test_the_patient_of_a_closed_case_can_still_be_corrected(world: World, staff: Client) -> None:
    staff.post(at("close", world), seen(world))
    assert staff.get(at("correct_patient", world)).status_code == 200
    assert staff.post(at("correct_patient", world), {**person(), **seen(world)}).status_code == 302
    assert world.case("sent").patient.family_name == "Right"


def test_a_correction_that_lost_a_race_keeps_what_was_typed(world: World, staff: Client) -> None:
    Patient.objects.filter(pk=world.case("sent").patient_id).update(version=2, given_name="Theirs")
    answer = staff.post(at("correct_patient", world), {**person(given_name="Mine"), **seen(world)})
    page = answer.content.decode()
    assert answer.status_code == 409 and "Theirs" in page and "Mine" in page
    assert world.case("sent").patient.given_name == "Theirs"


def test_another_patients_number_is_refused(world: World, staff: Client) -> None:
    form = {**person(), **seen(world), "numbers-0-value": "north-draft-1"}
    answer = staff.post(at("correct_patient", world), form)
    assert answer.status_code == 422 and "Find that patient" in answer.content.decode()


def test_rows_of_numbers_come_and_go(world: World, staff: Client) -> None:
    answer = staff.post(at("correct_patient", world), {**person(step="add:numbers"), **seen(world)})
    assert len(answer.context["numbers"].forms) == 2
    assert answer.context["form"].initial["family_name"] == "Right"
    assert world.case("sent").patient.version == 1


def material(**changes: str) -> dict[str, str]:
    names = ("part", "type", "site", "block", "stain", "level", "label")
    row = {f"material-0-{name}": "" for name in names}
    return {
        "step": "save",
        "notation": "",
        "material-TOTAL_FORMS": "1",
        "material-INITIAL_FORMS": "0",
        **row,
        **{f"material-0-{name}": value for name, value in changes.items()},
    }


def test_material_is_added_to_what_is_there(world: World, staff: Client) -> None:
    row = material(part="A", block="A1", stain="p63")
    assert staff.post(at("add_material", world), {**row, **seen(world)}).status_code == 302
    slide = Slide.objects.select_related("block").get(case=world.case("sent"), stain="P63")
    assert slide.block
    assert (slide.label, slide.block.label) == ("A1-P63-1", "A1")
    assert world.case("sent").identity_version == 1
    assert world.case("sent").specimens.count() == 1


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"part": "B", "block": "B1", "stain": "HE"},
        {"part": "A", "block": "A1", "stain": "HE", "label": "A1-HE"},
        {"part": "A", "block": "A1", "stain": "Fooo"},
    ],
)
def test_material_that_cannot_be_added_is_refused(world: World, staff: Client, row: dict[str, str]) -> None:
    answer = staff.post(at("add_material", world), {**material(**row), **seen(world)})
    assert answer.status_code == 422
    assert Slide.objects.filter(case=world.case("sent")).count() == 2


def corrections(world: World, staff: Client, **changes: str) -> dict[str, str]:
    page = staff.get(at("correct_material", world))
    shown: dict[str, str] = {}
    for form in (*page.context["part_forms"], *page.context["block_forms"], *page.context["slide_forms"]):
        shown |= {field.html_name: str(field.value() or "") for field in form}
    return {**shown, "reason": "Swapped at the bench", **seen(world), **changes}


def test_two_slides_change_labels_and_every_screen_is_outdated(world: World, staff: Client) -> None:
    first, second = world.slides("sent")
    swapped = {f"slides-{first.pk}-label": second.label, f"slides-{second.pk}-label": first.label}
    before = world.seen("sent")
    assert staff.post(at("correct_material", world), corrections(world, staff, **swapped)).status_code == 302
    assert [Slide.objects.get(pk=slide.pk).label for slide in (first, second)] == [second.label, first.label]
    assert world.seen("sent") == Seen(before.case + 1, before.patient)


def test_a_stain_is_corrected_by_its_label_in_any_language(world: World, staff: Client) -> None:
    first, _second = world.slides("sent")
    form = corrections(world, staff, **{f"slides-{first.pk}-stain": "Gladdespieractine"})
    assert staff.post(at("correct_material", world), form).status_code == 302
    assert Slide.objects.get(pk=first.pk).stain == "SMA"


def test_two_pieces_never_get_the_same_label(world: World, staff: Client) -> None:
    first, second = world.slides("sent")
    form = corrections(world, staff, **{f"slides-{first.pk}-label": second.label})
    assert staff.post(at("correct_material", world), form).status_code == 422
    assert Slide.objects.get(pk=first.pk).label == first.label
    assert world.case("sent").identity_version == 1


def test_a_piece_of_another_case_is_the_same_error_as_one_that_is_none(world: World, mirror: World) -> None:
    refusals = []
    for slide in (mirror.slides("sent")[0].pk, world.slides("draft")[0].pk, world.case("sent").pk):
        with pytest.raises(Invalid) as refused:
            correct_material(
                actor=world.staff,
                case_id=world.case("sent").pk,
                seen=None,
                corrections=MaterialCorrections(slides=[SlideCorrection(slide, "X", "HE")]),
                reason="x",
            )
        refusals.append((refused.value.message, list(refused.value.fields.values())))
    assert len({str(each) for each in refusals}) == 1
