"""Who reads what is recorded of a patient and which rules hold, and what the lock that records it refuses."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import transaction

from accounts.models import Organisation
from accounts.roles import READ_LEGAL_RULES, Role
from cases.access.lock import lock_rows
from cases.basis.actions import lock
from cases.basis.actions.lock import lock_concerned
from cases.basis.models import LegalRule
from cases.basis.policy import facts_of_case, rule_parties, visible_decisions, visible_facts, visible_rules
from cases.models import Case, Denial, Patient
from cases.policy import visible_patients
from core import clock
from core.actor import Actor
from core.errors import Forbidden, Hidden
from core.ids import new_id
from tests.access.exceptions import of_own_rule
from tests.basis.helping import note
from tests.cast import World


def test_who_is_denied_a_case_reads_nothing_of_its_legal_basis(world: World) -> None:
    case, who = world.case("accepted"), world.staff
    fact = note(world, "consent")
    read = [visible_facts(who).filter(pk=fact.pk), visible_decisions(who).filter(case=case)]
    assert all(each.exists() for each in read)
    source = {"source_kind": "tests", "source_id": new_id()}
    Denial.objects.create(case=case, user_id=who.who(), kind="conflict", valid_from=clock.now(), **source)
    assert not any(each.exists() for each in read)
    assert visible_patients(who).filter(pk=case.patient_id).exists(), "and only the case is closed"


def test_what_is_recorded_of_a_patient_is_read_in_the_own_laboratory_alone(world: World) -> None:
    fact = note(world, "consent", all_cases=True)
    read = {
        who: visible_facts(getattr(world, who)).filter(pk=fact.pk).exists() for who in ("staff", "expert", "stranger")
    }
    assert read == {"staff": True, "expert": False, "stranger": False}


def test_a_case_shows_what_is_recorded_of_it_and_of_its_patient_and_of_nothing_else(world: World) -> None:
    case, other = world.case("accepted"), world.case("draft")
    Case.objects.filter(pk=other.pk).update(patient=case.patient_id)
    stranger = world.case("sent")
    assert stranger.patient_id != case.patient_id
    own, of_patient = note(world, "consent"), note(world, "informed", all_cases=True)
    note(world, "consent", "draft")
    note(world, "informed", "sent", all_cases=True)
    assert set(facts_of_case(world.staff, case)) == {own, of_patient}
    assert not facts_of_case(world.expert, case).exists(), "who reads by a share"


def test_the_rules_that_are_read_are_the_own_ones_and_those_of_the_country(world: World, mirror: World) -> None:
    of_own_rule(world)
    own = LegalRule.objects.get(organisation=world.admin.organisation)
    Organisation.objects.filter(pk=world.expert_admin.lab()).update(country="SE")
    countries = {
        who: set(visible_rules(getattr(world, who)).values_list("country", flat=True)) - {""}
        for who in ("admin", "expert_admin")
    }
    assert countries == {"admin": {"NL"}, "expert_admin": {"SE"}}
    assert own in visible_rules(world.admin)
    assert own not in visible_rules(world.expert_admin) and own not in visible_rules(mirror.admin)


def test_rules_are_read_by_their_roles_alone(world: World) -> None:
    read = {role for role in Role if visible_rules(replace(world.admin, role=role)).exists()}
    assert read == set(READ_LEGAL_RULES) & set(Role) and read < set(Role)


def test_nobody_states_rules_without_an_organisation(world: World) -> None:
    assert rule_parties(world.admin) == {"rule_admin"}
    assert rule_parties(Actor(new_id(), "", role=world.admin.role)) == frozenset()


def test_who_reads_a_shared_case_records_nothing_of_it(world: World) -> None:
    case = world.case("accepted")
    with pytest.raises(Forbidden), transaction.atomic():
        lock_concerned(world.expert, case.pk, world.seen("accepted"), all_cases=False)


def test_what_is_recorded_of_a_patient_concerns_their_cases_in_the_laboratory_alone(
    world: World, mirror: World
) -> None:
    case, second, elsewhere = world.case("accepted"), world.case("draft"), mirror.case("draft")
    Case.objects.filter(pk__in=[second.pk, elsewhere.pk]).update(patient=case.patient_id)
    with transaction.atomic():
        _, locked = lock_concerned(world.staff, case.pk, world.seen("accepted"), all_cases=True)
    assert {each.pk for each in locked} == {case.pk, second.pk}


def test_nothing_is_recorded_of_another_patient_than_the_one_that_was_locked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, other = world.case("accepted"), Patient.objects.get(pk=world.case("draft").patient_id)

    def moved_meanwhile(keys: set[UUID]) -> object:
        Case.objects.filter(pk=case.pk).update(patient=other)
        return lock_rows(keys)

    monkeypatch.setattr(lock, "lock_rows", moved_meanwhile)
    with pytest.raises(Hidden), transaction.atomic():
        lock_concerned(world.staff, case.pk, None, all_cases=True)
