"""The list of cases: own and shared ones marked apart, filters as codes, keyset pages, and straight to a number."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cases import paging
from cases.access import branches, pages
from cases.access.pages import PAGE, Filters, case_page
from cases.actions.fields import CaseFields
from cases.actions.register import NewCase, register_many
from cases.models import Case, CaseGrant, Denial, Share
from consult.requests.policy import visible_requests
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from core.errors import Invalid
from core.ids import new_id
from tests.cast import CANARY, Answer, World

SignIn = Callable[[Actor], Client]


def numbers(answer: Answer) -> list[str]:
    return [row["view"].accession_number for row in answer.context["rows"]]


def test_own_and_shared_cases_are_marked_apart(world: World, sign_in: SignIn) -> None:
    own = sign_in(world.asker).get(reverse("cases:list"))
    assert "N-draft" in numbers(own)
    assert {row["view"].is_home for row in own.context["rows"]} == {True}
    assert b"Your laboratory" in own.content
    shared = sign_in(world.expert).get(reverse("cases:list"))
    assert set(numbers(shared)) == {"N-sent", "N-asked", "N-accepted", "N-waiting", "N-answered", "N-acknowledged"}
    assert b"Nasking, open to you" in shared.content


@pytest.mark.parametrize("who", ["stranger", "expert_colleague", "admin", "clinician"])
def test_somebody_without_a_reason_sees_none_and_is_told_why(world: World, sign_in: SignIn, who: str) -> None:
    page = sign_in(world.people[who]).get(reverse("cases:list"))
    assert numbers(page) == []
    assert CANARY not in page.content.decode()


def test_the_list_is_a_look_with_its_filter(world: World, sign_in: SignIn) -> None:
    sign_in(world.asker).get(reverse("cases:list"), {"status": "open", "organ_system": "skin", "priority": "secret"})
    (look,) = AuditEvent.objects.filter(action="case.listed", person=world.asker.person)
    assert look.facts == {"filter": {"status": "open", "organ_system": "skin"}, "shown": 10}


@pytest.mark.parametrize(("name", "value"), [("status", "closed"), ("priority", "urgent"), ("organ_system", "breast")])
def test_filters_narrow(world: World, sign_in: SignIn, name: str, value: str) -> None:
    client = sign_in(world.asker)
    case = world.case("draft")
    type(case).objects.filter(pk=case.pk).update(**{name: value})
    assert numbers(client.get(reverse("cases:list"), {name: value})) == ["N-draft"]


def test_pages_go_on_where_the_last_one_ended(world: World, sign_in: SignIn) -> None:
    patient = world.case("draft").patient_id
    more = [NewCase(CaseFields(f"P-{n}", "skin"), patient_id=patient) for n in range(PAGE + 5)]
    register_many(actor=world.asker, new=more)
    client = sign_in(world.asker)
    first = client.get(reverse("cases:list"), {"organ_system": "skin"})
    assert len(numbers(first)) == PAGE
    second = client.get(first.context["older_url"])
    assert "organ_system=skin" in first.context["older_url"]
    assert not set(numbers(first)) & set(numbers(second))
    assert len({*numbers(first), *numbers(second)}) == PAGE + 5 + 10
    assert second.context["older_url"] == "" and second.context["first_url"]


def test_a_page_that_nobody_gave_out_is_refused(world: World, sign_in: SignIn) -> None:
    assert sign_in(world.asker).get(reverse("cases:list"), {"after": "x' OR 1=1"}).status_code == 422
    with pytest.raises(Invalid):
        paging.decode("99999999999999999999-00000000000000000000000000000000")


def test_an_accession_number_leads_straight_to_its_case(world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.expert).post(reverse("cases:jump"), {"accession_number": " N-sent "})
    assert answer["Location"] == reverse("cases:detail", args=[world.case("sent").pk])


@pytest.mark.parametrize("typed", ["n-sent", "N - SENT", "n-SENT "])
def test_case_and_spaces_of_an_accession_number_do_not_matter(world: World, sign_in: SignIn, typed: str) -> None:
    answer = sign_in(world.expert).post(reverse("cases:jump"), {"accession_number": typed})
    assert answer["Location"] == reverse("cases:detail", args=[world.case("sent").pk])


def test_after_a_number_that_was_not_found_the_language_can_be_changed(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.expert)
    client.post(reverse("cases:jump"), {"accession_number": "zzz"})
    assert client.get(reverse("cases:jump"))["Location"] == reverse("cases:list")


@pytest.mark.parametrize("number", ["N-sen", "n-sent%", "N-draft", "S-sent", "N-withdrawn"])
def test_a_number_of_a_case_out_of_sight_leads_nowhere(world: World, sign_in: SignIn, number: str) -> None:
    answer = sign_in(world.expert).post(reverse("cases:jump"), {"accession_number": number})
    assert answer.status_code == 422
    assert numbers(answer) == []


def test_the_number_is_not_in_the_audit(world: World, sign_in: SignIn) -> None:
    sign_in(world.asker).post(reverse("cases:jump"), {"accession_number": "N-sent"})
    look = AuditEvent.objects.get(action="case.listed", person=world.asker.person)
    assert look.facts == {"filter": {"by": "accession_number"}, "shown": 1}


def test_a_reader_who_may_not_know_the_number_does_not_find_it(world: World, sign_in: SignIn) -> None:
    case = world.case("sent")
    Share.objects.filter(case=case).update(shows_identity=False)
    case.grants.filter(permission__codename="view_identity").delete()
    client = sign_in(world.expert)
    assert client.post(reverse("cases:jump"), {"accession_number": "N-sent"}).status_code == 422
    page = client.get(reverse("cases:list"))
    row = next(row for row in page.context["rows"] if row["view"].id == case.pk)
    assert row["view"].is_pseudonymised and row["view"].accession_number == ""
    assert "Given sent" not in page.content.decode()


def test_two_laboratories_with_the_same_number_are_both_offered(world: World, mirror: World, sign_in: SignIn) -> None:
    case = mirror.case("sent")
    case.grants.update(user=world.expert.person)
    type(case).objects.filter(pk=case.pk).update(accession_number="N-sent")
    answer = sign_in(world.expert).post(reverse("cases:jump"), {"accession_number": "N-sent"})
    assert numbers(answer) == ["N-sent", "N-sent"]


def test_the_list_takes_the_same_queries_for_one_row_and_for_fifty(
    world: World, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    patient = world.case("draft").patient_id
    register_many(actor=world.asker, new=[NewCase(CaseFields(f"P-{n}", "skin"), patient_id=patient) for n in range(60)])
    client = sign_in(world.asker)
    client.get(reverse("cases:list"))
    with django_assert_max_num_queries(80):
        client.get(reverse("cases:list"))


def test_a_role_is_nothing_without_a_laboratory(world: World) -> None:
    """No such actor is ever made; where none is compared with none, it would match what has no laboratory yet."""
    nowhere = replace(world.asker, organisation=None, membership=None, person=None)
    assert not branches.sees_home(nowhere)
    assert case_page(nowhere).cases == []
    assert not visible_requests(nowhere).exists()


def test_a_case_that_is_withdrawn_while_its_page_is_made_is_not_on_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = world.case("draft")
    monkeypatch.setattr(pages, "_granted_keys", lambda *_: [(gone.received_at, gone.pk)])
    try:
        shown = case_page(world.expert).cases
    except KeyError:
        pytest.fail("the page stumbles over it")
    assert gone not in shown


@pytest.mark.parametrize("who", ["staff", "expert"])
def test_a_case_that_is_denied_takes_no_room_on_a_page(world: World, who: str) -> None:
    actor: Actor = getattr(world, who)
    first, second = case_page(actor).cases[:2]
    source = {"source_kind": "tests", "source_id": new_id()}
    Denial.objects.create(case=first, user_id=actor.who(), kind="conflict", valid_from=clock.now(), **source)
    shown = case_page(actor, size=1)
    assert [case.pk for case in shown.cases] == [second.pk]


@pytest.mark.parametrize(
    "narrowed", [Filters(status="closed"), Filters(priority="urgent"), Filters(organ_system="lung")]
)
def test_a_filter_narrows_what_is_shared_too(world: World, narrowed: Filters) -> None:
    first, *_others = case_page(world.expert).cases
    names = {name: value for name in ("status", "priority", "organ_system") if (value := getattr(narrowed, name))}
    assert case_page(world.expert, narrowed).cases == []
    Case.objects.filter(pk=first.pk).update(**names)
    CaseGrant.objects.filter(content_object=first).update(**names)
    assert [case.pk for case in case_page(world.expert, narrowed).cases] == [first.pk]
