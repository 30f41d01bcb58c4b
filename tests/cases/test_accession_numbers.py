"""One laboratory gives one accession number to one case, however it is spelled and whichever way it comes in."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Value
from django.test import Client
from django.urls import reverse

from cases.actions.correct import correct_accession_number
from cases.actions.fields import CaseFields, IdentifierFields, PatientFields
from cases.actions.register import NewCase, register, register_many
from cases.models import Case, Denial
from cases.numbers import accession_key, accession_key_of
from core import clock
from core.actor import Actor
from core.errors import Invalid, Refusal
from tests import databases
from tests.cases.test_api import NEW, Api
from tests.cases.test_entering import form
from tests.cases.test_importing import GOOD, csv, upload
from tests.cast import World
from tests.workflow.test_races import together

SignIn = Callable[[Actor], Client]
SPELLINGS = ["h26-1", "H26 - 1", "h26\u20131", "h26\u2011\u200b1", "Ｈ26-1", "H26\u00a0-1", " H26-1"]
OTHERS = ["H261", "H26-10", "H26/1", "H26-1-1", "G26-1"]


def new(number: str, patient: str = "P-1") -> NewCase:
    """A case of a new patient."""
    who = PatientFields("Voorbeeld", birth=(1956, None, None), identifiers=[IdentifierFields("LOCAL", patient)])
    return NewCase(CaseFields(number, "breast"), patient=who)


@pytest.fixture
def there(world: World) -> Case:
    """The case that has the number."""
    return register(actor=world.staff, new=new("H26-1", "P-0"))


@pytest.mark.parametrize("number", [*SPELLINGS, *OTHERS, "pà 12\t-\u2212 ǆ"])
def test_python_and_the_database_have_one_key(db: None, number: str) -> None:
    with connection.cursor() as cursor:
        sql, params = _compiled(number)
        cursor.execute(f"SELECT {sql}", params)
        assert cursor.fetchone()[0] == accession_key(number)


def _compiled(number: str) -> tuple[str, list[Any]]:
    query = Case.objects.annotate(its_key=accession_key_of(Value(number))).query
    compiler = query.get_compiler(connection=connection)
    compiler.pre_sql_setup()
    sql, params = compiler.compile(query.annotations["its_key"])
    return sql, list(params)


@pytest.mark.parametrize("number", SPELLINGS)
def test_another_spelling_is_refused_and_the_case_that_has_it_is_named(world: World, there: Case, number: str) -> None:
    with pytest.raises(Invalid) as refused:
        register(actor=world.staff, new=new(number))
    assert "case H26-1, received " in refused.value.fields["case.accession_number"]
    assert Case.objects.filter(organisation=there.organisation, received_at__gte=there.received_at).count() == 1


@pytest.mark.parametrize("number", OTHERS)
def test_another_number_is_another_case(world: World, there: Case, number: str) -> None:
    assert register(actor=world.staff, new=new(number)).accession_number == number


def test_the_form_says_it_at_the_field(there: Case, world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.staff).post(reverse("cases:new"), form(accession_number="h26-1"))
    assert answer.status_code == 422
    assert "case H26-1" in answer.context["case_form"].errors["accession_number"][0]


def test_the_api_says_it_at_the_field(there: Case, world: World, sign_in: SignIn) -> None:
    answer = Api(sign_in(world.staff)).send("POST", reverse("api-cases"), {**NEW, "accession_number": "h26-1"})
    assert answer.status_code == 422
    assert "case H26-1" in answer.json()["fields"]["case.accession_number"]


def test_a_file_is_told_by_row_before_anything_is_written(there: Case, world: World, sign_in: SignIn) -> None:
    staff = sign_in(world.staff)
    page = staff.get(upload(staff, csv(GOOD[0].replace("I-1", "h26-1"), GOOD[2], GOOD[2].replace("I-3", "i - 3"))))
    said = [(each["line"], each["message"]) for each in page.context["problems"]]
    assert [line for line, _message in said] == [2, 3, 4]
    assert "case H26-1" in said[0][1]
    assert "in the rows 3, 4" in said[1][1] and "in the rows 3, 4" in said[2][1]


def test_two_spellings_in_one_act_are_refused_without_a_case_that_has_it(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        register_many(actor=world.staff, new=[new("A-1", "1"), new("B-1", "2"), new("a - 1", "3")])
    assert set(refused.value.fields) == {"0.case.accession_number", "2.case.accession_number"}


def test_who_is_denied_the_other_case_is_not_told_about_it(world: World, there: Case) -> None:
    Denial.objects.create(
        case=there,
        user_id=world.staff.who(),
        kind="conflict",
        source_kind="request",
        source_id=there.pk,
        valid_from=clock.now(),
    )
    with pytest.raises(Invalid) as refused:
        register(actor=world.staff, new=new("h26-1"))
    assert refused.value.fields == {
        "case.accession_number": "Your laboratory has a case with this accession number already."
    }


def test_a_case_is_not_corrected_to_a_number_that_another_has_but_its_own_can_be_spelled_anew(
    world: World, there: Case
) -> None:
    case = register(actor=world.staff, new=new("H26-2"))
    with pytest.raises(Invalid) as refused:
        correct_accession_number(
            actor=world.staff, case_id=case.pk, seen=None, accession_number="h26-1", reason="Misread"
        )
    assert "case H26-1" in refused.value.fields["accession_number"]
    corrected = correct_accession_number(
        actor=world.staff, case_id=case.pk, seen=None, accession_number="h26-2", reason="As on the label"
    )
    assert corrected.accession_number == "h26-2"


def test_a_number_without_letter_and_digit_is_none(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        register(actor=world.staff, new=new(" \u2013 \u200b"))
    assert refused.value.fields == {"case.accession_number": "Enter the accession number."}


def test_the_database_holds_it_too(world: World, there: Case) -> None:
    other = register(actor=world.staff, new=new("H26-2"))
    with pytest.raises(IntegrityError, match="cases_one_accession_number"), transaction.atomic():
        Case.objects.filter(pk=other.pk).update(accession_number="h26 - 1")


@pytest.mark.commits
def test_numbers_given_twice_before_are_named_and_nothing_is_changed(world: World) -> None:
    one, other = register_many(actor=world.staff, new=[new("H26-1", "1"), new("H26-2", "2")])
    migration = import_module("cases.migrations.0006_number_once_by_key")
    with connection.schema_editor() as editor:
        migration.refuse_doubles(apps, editor)
    with databases.as_owner() as owner:
        owner.execute("DROP INDEX cases_one_accession_number")
    Case.objects.filter(pk=other.pk).update(accession_number="h26-1")
    with connection.schema_editor() as editor, pytest.raises(RuntimeError) as refused:
        migration.refuse_doubles(apps, editor)
    both = ", ".join(sorted(str(case.pk) for case in (one, other)))
    assert both in str(refused.value)
    assert "26-1" not in str(refused.value).replace(both, "")


@pytest.mark.commits
def test_of_two_who_register_one_number_at_once_one_is_told_which_case_has_it(world: World) -> None:
    results: list[Refusal | None] = together(
        lambda: register(actor=world.staff, new=new("R26-1", "1")),
        lambda: register(actor=world.staff, new=new("r26 - 1", "2")),
    )
    assert results.count(None) == 1
    (refused,) = filter(None, results)
    (message,) = refused.fields.values()
    assert isinstance(refused, Invalid) and "26" in message and "received" in message
    assert Case.objects.filter(accession_number__iregex="^r26").count() == 1
