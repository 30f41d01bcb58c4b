"""Importing cases from a file: everything is shown before anything is written; all or nothing; never twice."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cases.actions.import_cases import import_cases
from cases.importing import store
from cases.importing.check import check
from cases.importing.table import read
from cases.models import Case, Patient, PatientIdentifier, Slide
from core import terms
from core.actor import Actor
from core.audit.models import AuditEvent
from core.errors import Forbidden
from core.ids import new_id
from tests.cast import World
from tests.finding import found

HEAD = "accession_number,organ_system,patient_number,family_name,given_names,birth_date,sex,specimen_type,material"
GOOD = [
    'I-1,breast,900,Demo,Anna,1956-11-05,F,excision,"A1 HE, CK5 x2"',
    "I-2,Huid: melanocytair,900,Demo,Anna,1956-11,F,excision,B HE",
    "I-3,breast,901,Other,Bea,,,,",
]


def csv(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def upload(client: Client, content: bytes, name: str = "cases.csv") -> str:
    """Send the file; the address of the preview."""
    answer = client.post(reverse("cases:import"), {"file": SimpleUploadedFile(name, content, "text/csv")})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer["Location"]


def problems(client: Client, content: bytes) -> list[tuple[int, str]]:
    """Row and column of everything that is wrong."""
    page = client.get(upload(client, content))
    return [(each["line"], each["column"]) for each in page.context["problems"]]


@pytest.fixture
def staff(world: World, sign_in: Callable[[Actor], Client]) -> Client:
    return sign_in(world.staff)


def test_a_good_file_becomes_cases_with_their_patients_and_material(world: World, staff: Client) -> None:
    preview = upload(staff, csv(*GOOD[:1], GOOD[1].replace("Huid: melanocytair", "Huid melanocytair"), GOOD[2]))
    page = staff.get(preview)
    assert page.context["problems"] == []
    assert page.context["counted"] == {"cases": 3, "patients": 2, "slides": 4}
    assert not Case.objects.filter(accession_number__startswith="I-").exists()
    assert staff.post(preview)["Location"] == reverse("cases:list")
    cases = Case.objects.filter(accession_number__startswith="I-").order_by("accession_number")
    assert [case.organisation_id for case in cases] == [world.staff.organisation] * 3
    assert cases[0].patient_id == cases[1].patient_id != cases[2].patient_id
    assert list(Slide.objects.filter(case=cases[0]).values_list("label", flat=True)) == [
        "A1-CK5-1",
        "A1-CK5-2",
        "A1-HE-1",
    ]
    assert AuditEvent.objects.filter(action="case.imported", facts={"cases": 3}).count() == 1
    assert AuditEvent.objects.filter(action="case.registered", case__in=cases).count() == 3


def test_a_second_press_and_the_back_button_import_nothing_twice(staff: Client) -> None:
    preview = upload(staff, csv(GOOD[0]))
    staff.post(preview)
    again = staff.post(preview)
    assert again.status_code == 200 and "already" in again.content.decode()
    assert "already" in staff.get(preview).content.decode()
    assert Case.objects.filter(accession_number="I-1").count() == 1


def test_the_action_itself_is_idempotent(world: World, staff: Client) -> None:
    plan = check(world.staff, read(csv(GOOD[0])), "en-gb")
    key = new_id()
    assert import_cases(actor=world.staff, import_id=key, cases=plan.cases) == 1
    assert import_cases(actor=world.staff, import_id=key, cases=plan.cases) == 1
    assert Case.objects.filter(accession_number="I-1").count() == 1


def test_one_wrong_row_keeps_every_row_out(staff: Client) -> None:
    preview = upload(staff, csv(GOOD[0], "I-9,heart,902,Wrong,,,,,"))
    answer = staff.post(preview)
    assert answer.status_code == 422
    assert not Case.objects.filter(accession_number__startswith="I-").exists()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("I-1,heart attack,900,Demo,,,,,", "Organ system"),
        ("I-1,,900,Demo,,,,,", "Organ system"),
        (",breast,900,Demo,,,,,", "Accession number"),
        ("I-1,breast,,Demo,,,,,", "Patient number"),
        ("I-1,breast,900,,,,,,", "Family name"),
        ("I-1,breast,900,Demo,,05.11.1956,,,", "Date of birth"),
        ("I-1,breast,900,Demo,,2056-11-05,,,", "Date of birth"),
        ("I-1,breast,900,Demo,,,Q,,", "Sex"),
        ("I-1,breast,900,Demo,,,,excision,A1 Foo", "Material"),
        ("I-1,breast,900,Demo,,,,,A1 HE", "Specimen type"),
        ("I-1,breast,900,Demo,,,,tumour,A1 HE", "Specimen type"),
        ("N-sent,breast,900,Demo,,,,,", "Accession number"),
        (f"{'I' * 41},breast,900,Demo,,,,,", "Accession number"),
    ],
)
def test_what_is_wrong_is_said_by_row_and_column(staff: Client, row: str, column: str) -> None:
    assert problems(staff, csv(GOOD[2], row)) == [(3, column)]


def test_every_problem_is_shown_at_once(staff: Client) -> None:
    found = problems(staff, csv("I-1,heart,900,Demo,,05.11.1956,,,A1 Foo", "I-1,breast,,,,,,,"))
    assert [line for line, _column in found] == sorted(line for line, _column in found)
    assert set(found) == {
        *((2, column) for column in ("Accession number", "Organ system", "Date of birth", "Material")),
        *((3, column) for column in ("Accession number", "Family name", "Patient number")),
    }


@pytest.mark.parametrize("word", ["skin", "Skin", "huid", "PEAU", "hud"])
def test_a_word_that_means_several_organ_systems_is_asked_about_and_not_guessed(staff: Client, word: str) -> None:
    """Skin is the code of the melanocytic half only; who writes it has not said which half is meant."""
    page = staff.get(upload(staff, csv(f"I-1,{word},900,Demo,,,,,")))
    (problem,) = page.context["problems"]
    assert (problem["line"], problem["column"]) == (2, "Organ system")
    assert "Skin, melanocytic; Skin, inflammatory and other" in problem["message"]
    assert "Skin, melanocytic" not in str(page.context["rows"][0]["organ_system"])


def test_what_was_read_is_shown_also_in_a_row_where_something_else_is_wrong(staff: Client) -> None:
    rows = ["I-1,heart attack,900,Demo,,1956-11-05,,,", "I-2,breast,901,Demo,,05.11.1956,,,"]
    page = staff.get(upload(staff, csv(*rows))).content.decode()
    table = page.partition("The rows of the file")[2]
    assert "05 Nov 1956" in table
    assert "<q>heart attack</q>" in table
    assert "<q>05.11.1956</q>" in table


def test_a_receipt_that_cannot_be_read_is_not_shown_as_now(staff: Client) -> None:
    content = b"accession_number,received,organ_system,patient_number,family_name\nI-1,05/11/2026,breast,900,Demo\n"
    page = staff.get(upload(staff, content)).content.decode()
    assert "<q>05/11/2026</q>" in page.partition("The rows of the file")[2]


def test_one_problem_of_many_rows_is_one_line_that_names_them(staff: Client) -> None:
    rows = [f"I-{n},heart,{n},Demo,,,,," for n in (1, 2, 3)]
    page = staff.get(upload(staff, csv(*rows[:2], GOOD[2], rows[2].replace("I-3", "I-4"))))
    (line,) = page.context["lines"]
    assert line["rows"] == "2, 3, 5"
    assert re.search(r"<td[^>]*>2, 3, 5</td>", page.content.decode())


def test_an_accession_number_twice_in_the_file_is_said_in_both_rows(staff: Client) -> None:
    assert problems(staff, csv(GOOD[0], GOOD[0])) == [(2, "Accession number"), (3, "Accession number")]


def test_the_same_number_may_be_another_laboratorys(mirror: World, staff: Client) -> None:
    assert problems(staff, csv("S-sent,breast,900,Demo,,,,,")) == []


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("I-2,breast,900,Else,Anna,1956-11-05,F,,", "Family name"),
        ("I-2,breast,900,Demo,Berta,1956-11-05,F,,", "Given names"),
        ("I-2,breast,900,Demo,Anna,1956-12,F,,", "Date of birth"),
        ("I-2,breast,900,DEMO,anna,1956-11-05,M,,", "Sex"),
    ],
)
def test_rows_that_contradict_each_other_about_a_patient_are_shown(staff: Client, row: str, column: str) -> None:
    assert problems(staff, csv(GOOD[0], row)) == [(3, column)]


def test_a_row_that_contradicts_the_register_is_shown_and_says_what_stands_there(world: World, staff: Client) -> None:
    number = PatientIdentifier.objects.get(patient=world.case("sent").patient)
    page = staff.get(upload(staff, csv(f"I-1,breast,{number.value},Demo,Given sent,1956-11-05,F,,")))
    (problem,) = page.context["problems"]
    assert (problem["line"], problem["column"]) == (2, "Family name")
    assert number.patient.family_name in problem["message"]


def test_a_known_patient_is_not_entered_again(world: World, staff: Client) -> None:
    patient = world.case("sent").patient
    number = patient.identifiers.get()
    before = Patient.objects.count()
    row = f"I-1,breast,{number.value},{patient.family_name},Given sent,1956-11-05,F,,"
    staff.post(upload(staff, csv(row)))
    assert Case.objects.get(accession_number="I-1").patient_id == patient.pk
    assert Patient.objects.count() == before


def test_a_known_number_in_another_spelling_is_the_same_patients(world: World, staff: Client) -> None:
    patient = world.case("sent").patient
    number = patient.identifiers.get()
    other = f"{number.value[:2]} {number.value[2:]}".lower().replace("-", "")
    assert other != number.value
    rows = [
        f"I-1,breast,{other},{patient.family_name},Given sent,1956-11-05,F,,",
        "I-2,breast,9-1,Demo,,,,,",
        "I-3,breast,91,Demo,,,,,",
    ]
    page = staff.get(upload(staff, csv(*rows)))
    assert page.context["problems"] == []
    assert [row["is_known"] for row in page.context["rows"]] == [True, False, False]
    assert page.context["counted"]["patients"] == 1


def test_another_laboratorys_register_is_not_looked_into(mirror: World, staff: Client) -> None:
    number = mirror.case("sent").patient.identifiers.get()
    page = staff.get(upload(staff, csv(f"I-1,breast,{number.value},Demo,,,,,")))
    assert page.context["problems"] == []
    assert page.context["rows"][0]["is_known"] is False


def test_the_file_is_nobody_elses(world: World, staff: Client, sign_in: Callable[[Actor], Client]) -> None:
    preview = upload(staff, csv(GOOD[0]))
    for other in (world.colleague, world.expert):
        assert sign_in(other).get(preview).status_code == 410
        assert sign_in(other).post(preview).status_code == 410
    assert not Case.objects.filter(accession_number="I-1").exists()


def test_a_file_that_is_gone_is_said_to_be_gone(staff: Client) -> None:
    preview = upload(staff, csv(GOOD[0]))
    store.forget(UUID(found(r"[0-9a-f-]{36}", preview)[0]))
    assert staff.get(preview).status_code == 410


def test_no_patient_is_in_an_address_or_in_the_page_that_comes_back(staff: Client) -> None:
    preview = upload(staff, csv(GOOD[0]), name="Demo Anna 900.csv")
    assert re.fullmatch(r"/cases/import/[0-9a-f-]{36}/", preview)
    form = staff.get(preview).content.decode().split("<form", 2)[-1].split("</form>")[0]
    assert "Demo" not in form


def test_letters_of_windows_are_read_and_the_person_is_told(staff: Client) -> None:
    page = staff.get(upload(staff, "\n".join([HEAD, GOOD[0].replace("Demo", "Zwölfer")]).encode("cp1252")))
    assert "Windows-1252" in page.content.decode()
    assert page.context["rows"][0]["patient"].family_name == "Zwölfer"


@pytest.mark.parametrize("content", [b"", b"nothing,of,ours\n1,2,3\n", HEAD.encode()])
def test_a_file_that_is_none_is_refused_on_the_first_page(staff: Client, content: bytes) -> None:
    answer = staff.post(reverse("cases:import"), {"file": SimpleUploadedFile("x.csv", content or b" ")})
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


@pytest.mark.parametrize("who", ["clinician", "admin"])
def test_who_enters_no_cases_imports_none(world: World, sign_in: Callable[[Actor], Client], who: str) -> None:
    client = sign_in(world.people[who])
    assert client.get(reverse("cases:import")).status_code == 403
    assert client.get(reverse("cases:import_template", args=["nl"])).status_code == 403
    with pytest.raises(Forbidden):
        import_cases(actor=world.people[who], import_id=new_id(), cases=[])


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Accession number"), ("nl", "PA-nummer"), ("fr", "examen"), ("sv", "PAD-nummer")]
)
def test_the_template_comes_in_four_languages(staff: Client, language: str, word: str) -> None:
    answer = staff.get(reverse("cases:import_template", args=[language]))
    assert answer["Content-Type"].startswith("text/csv") and "attachment" in answer["Content-Disposition"]
    assert word in answer.content.decode("utf-8-sig")


@pytest.mark.parametrize("language", ["en", "nl", "fr", "sv"])
def test_the_template_itself_can_be_imported_and_says_what_it_means(staff: Client, language: str) -> None:
    content = staff.get(reverse("cases:import_template", args=[language])).content
    assert problems(staff, content) == []
    meant = terms.item("organ_systems", "skin").labels[language]
    assert meant in content.decode("utf-8-sig")


def test_checking_takes_the_same_queries_for_two_rows_and_for_two_hundred(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [f"Q-{n},breast,{n},Demo{n},,1956-11-05,F,excision,A1 HE" for n in range(200)]
    with django_assert_max_num_queries(8):
        assert check(world.staff, read(csv(*rows)), "en-gb").problems == []
