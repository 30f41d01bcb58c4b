"""Who sees objections, exclusions, emergencies and outside experts, and what is stated of cases: against plain
sentences."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from accounts.models import Membership
from accounts.roles import ADMINISTER, EDIT_CASES, REQUEST, REVIEW_EMERGENCIES, SEE_HOME_CASES, Role
from accounts.scopes import Scope
from cases.access.branches import denied_people
from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import parties, visible_emergencies
from cases.exclusions.denials import of_exclusions
from cases.exclusions.models import Exclusion
from cases.exclusions.policy import visible_exclusions
from cases.models import Denial
from cases.objections.actions.lift import lift
from cases.objections.blocks import of_objections
from cases.objections.models import Objection
from cases.objections.policy import visible_objections
from consult.requests.models import OutsideExpert
from consult.requests.outside import policy as outside
from consult.requests.policy import visible_requests
from core import clock, terms
from core.actor import Actor
from core.errors import Hidden
from core.ids import new_id
from tests.access.kinds import KINDS
from tests.access.sentences import agree, machines, people
from tests.cast import World
from tests.emergency.helping import call
from tests.exclusions.helping import keeps_out, lets_in
from tests.objections.test_objections import objects
from tests.requests.outside import proposed


def deny(world: World, state: str, *who: str) -> set[tuple[UUID | None, UUID]]:
    """These people are kept from the case."""
    case = world.case(state)
    for each in who:
        source = {"source_kind": "tests", "source_id": new_id()}
        person = world.people[each].who()
        Denial.objects.create(case=case, user_id=person, kind="conflict", valid_from=clock.now(), **source)
    return {(world.people[each].person, case.pk) for each in who}


def test_whom_a_denial_in_force_keeps_from_a_case(world: World) -> None:
    case = world.case("accepted").pk
    kept = {person for person, _ in deny(world, "accepted", "colleague", "expert", "staff", "clinician")}
    deny(world, "answered", "asker")
    assert denied_people(case) == kept
    Denial.objects.filter(user=world.staff.who()).update(ended_at=clock.now())
    Denial.objects.filter(user=world.clinician.who()).update(valid_from=clock.now() + timedelta(days=1))
    assert denied_people(case) == {world.colleague.person, world.expert.person}


@pytest.mark.ci
def test_objections(world: World, mirror: World) -> None:
    for each in (world, mirror):
        objects(each, "accepted")
        objects(each, "answered")
    denied = deny(world, "accepted", "colleague", "asker")

    def sees(actor: Actor, row: Objection) -> bool:
        at_home = actor.role in SEE_HOME_CASES or Scope.CASES_READ in actor.scopes
        is_kept = (actor.person, row.case_id) in denied
        return at_home and not is_kept and row.case.organisation_id == actor.organisation

    rows = list(Objection.objects.select_related("case"))
    agree([*people(world, mirror), *machines(world)], rows, visible_objections, sees)


def test_an_objection_holds_its_own_case_while_it_stands(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = objects(world, "accepted"), objects(world, "answered")
    both = [first.case_id, second.case_id]
    assert [each.case for each in of_objections([first.case_id])] == [first.case_id]
    assert {each.case for each in of_objections(both)} == set(both)
    assert {each.yields_to for each in of_objections(both)} == {frozenset({"emergency"})}
    seen = world.seen("accepted")
    lift(actor=world.staff, objection_id=first.pk, version=first.version, seen=seen, reason="The patient agrees now.")
    assert [each.case for each in of_objections(both)] == [second.case_id]
    monkeypatch.setattr(terms, "marked", lambda *asked: set())
    assert {each.yields_to for each in of_objections(both)} == {frozenset()}, "a kind that no emergency overrides"


def test_exclusions(world: World, mirror: World) -> None:
    for each in (world, mirror):
        keeps_out(each, "auditor")
        keeps_out(each, "auditor", state="answered")
    denied = deny(world, "accepted", "colleague", "asker")

    def sees(actor: Actor, row: Exclusion) -> bool:
        is_kept = (actor.person, row.case_id) in denied
        return actor.role in EDIT_CASES and not is_kept and row.case.organisation_id == actor.organisation

    rows = list(Exclusion.objects.select_related("case"))
    agree([*people(world, mirror), *machines(world)], rows, visible_exclusions, sees)


def test_an_exclusion_denies_its_own_case_while_it_stands(world: World) -> None:
    first = keeps_out(world, "auditor")
    assert [each.case for each in of_exclusions([world.case("answered").pk])] == []
    second = keeps_out(world, "auditor", state="answered", reason="patient")
    both = [first.case_id, second.case_id]
    assert {each.user for each in of_exclusions(both)} == {world.auditor.person}
    assert {(each.case, each.kind) for each in of_exclusions(both)} == {(both[0], "conflict"), (both[1], "objection")}
    lets_in(world, first)
    assert [each.case for each in of_exclusions(both)] == [second.case_id]


def test_emergencies(world: World, mirror: World) -> None:
    for each in (world, mirror):
        call(each)
        call(each, each.clinician, state="accepted")
    denied = deny(world, "accepted", "colleague", "clinician", "stranger")

    def sees(actor: Actor, row: EmergencyAccess) -> bool:
        if (actor.person, row.case_id) in denied:
            return False
        at_home = actor.role in SEE_HOME_CASES or actor.role in REVIEW_EMERGENCIES
        return (
            actor.person == row.person_id
            or (at_home and row.case.organisation_id == actor.organisation)
            or (actor.role == Role.PRIVACY_OFFICER and row.organisation_id == actor.organisation)
        )

    rows = list(EmergencyAccess.objects.select_related("case"))
    agree([*people(world, mirror), *machines(world)], rows, visible_emergencies, sees)


def test_an_administrator_reviews_where_there_is_no_officer(world: World, mirror: World) -> None:
    access = call(world)
    for officer, reviews in ((True, False), (False, True)):
        Membership.objects.filter(pk=world.officer.acting()).update(valid_until=None if officer else clock.now())
        assert ("reviewer" in parties(world.admin, access)) == reviews
    assert "reviewer" not in parties(mirror.admin, access) | parties(world.asker, access)


def test_who_is_invited_from_outside_sees_the_request_and_not_what_was_said_of_them(world: World) -> None:
    actor, row = KINDS["outside expert"].make(world), OutsideExpert.objects.get()
    assert visible_requests(actor).filter(pk=row.request_id).exists()
    assert not outside.visible_outside_experts(actor).exists()


def test_outside_experts(world: World, mirror: World) -> None:
    made = [proposed(world), proposed(mirror, email="eva@elsewhere.example")]
    actors = [*people(world, mirror), world.admin, mirror.admin]
    requests = {id(actor): set(visible_requests(actor).values_list("pk", flat=True)) for actor in actors}

    def sees(actor: Actor, row: OutsideExpert) -> bool:
        is_own = row.request.asking_organisation_id == actor.organisation
        return is_own and (actor.role in ADMINISTER or row.request_id in requests[id(actor)])

    agree(actors, made, outside.visible_outside_experts, sees)
    elsewhere = Actor(world.asker.person, "", role=Role.PATHOLOGIST)
    assert not outside.visible_outside_experts(elsewhere).exists(), "who asked, without a laboratory"
    for actor in actors:
        for row in made:
            wanted = set()
            if row.request.asking_organisation_id == actor.organisation:
                is_own = actor.person == row.proposed_by.user_id
                wanted |= {"requester"} if is_own and actor.role in REQUEST else set()
                wanted |= {"owner_admin"} if not is_own and actor.role in ADMINISTER else set()
            assert outside.parties(actor, row) == wanted, (actor.name, actor.role)
    first, second = made
    for actor, row, other in ((world.asker, first, second), (mirror.admin, second, first)):
        assert outside.get_outside_expert(actor, row.pk) == row
        with pytest.raises(Hidden), transaction.atomic():
            outside.get_outside_expert(actor, other.pk)
