"""What a write locks: the one thing that was named, and nothing that is out of sight by the time the lock is held."""

from collections.abc import Callable
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from cases.emergency.actions import lock as emergency_lock
from cases.emergency.actions.end import end
from cases.emergency.shares import of_emergencies
from cases.models import Denial
from cases.objections.actions.object import record_objection
from consult.reports.actions import edit as report_lock
from consult.requests.actions import lock as request_lock
from consult.requests.models import ConsultRequest
from consult.requests.shares import of_requests
from consult.requests.states import SHARED
from core import clock
from core.actor import Actor, system
from core.errors import Conflict, Hidden
from core.ids import new_id
from tests.cast import STATES, World
from tests.emergency.helping import call

Lock = Callable[[Actor, UUID], Any]
LOCKS: dict[str, tuple[ModuleType, str, Lock]] = {
    "emergency": (
        emergency_lock,
        "lock_rows",
        lambda actor, key: emergency_lock.lock_emergency(actor, key, version=1),
    ),
    "report": (report_lock, "lock_case", lambda actor, key: report_lock.lock_report(actor, key, None)),
    "request": (
        request_lock,
        "lock_case",
        lambda actor, key: request_lock.lock_request(actor, key, version=None, seen=None),
    ),
}


def things(world: World, kind: str) -> tuple[Actor, list[UUID]]:
    """Two of a kind, and somebody who may write to both."""
    if kind == "emergency":
        return world.stranger, [call(world, state=each).pk for each in ("sent", "accepted")]
    if kind == "report":
        return world.expert, [world.report(each).pk for each in ("accepted", "waiting")]
    return world.expert, [world.request(each).pk for each in ("sent", "accepted")]


@pytest.mark.parametrize("kind", LOCKS)
def test_the_one_that_was_named_is_locked(world: World, mirror: World, kind: str) -> None:
    (who, keys), lock = things(world, kind), LOCKS[kind][2]
    with transaction.atomic():
        assert [lock(who, key).pk for key in keys] == keys
    for key in (keys[0], new_id()):
        with pytest.raises(Hidden), transaction.atomic():
            lock(mirror.asker, key)


@pytest.mark.parametrize("kind", LOCKS)
def test_what_goes_out_of_sight_meanwhile_is_not_locked(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    (who, keys), (module, name, lock) = things(world, kind), LOCKS[kind]
    first = getattr(module, name)

    def denied_meanwhile(*given: Any) -> object:
        held = first(*given)
        case = given[0][0] if kind == "emergency" else given[1]
        source = {"source_kind": "tests", "source_id": new_id()}
        Denial.objects.create(case_id=case, user_id=who.who(), kind="conflict", valid_from=clock.now(), **source)
        return held

    monkeypatch.setattr(module, name, denied_meanwhile)
    with pytest.raises(Hidden), transaction.atomic():
        lock(who, keys[0])


def test_who_no_longer_sees_the_case_goes_on_only_where_a_step_needs_none_and_the_request_runs(world: World) -> None:
    case, held, over = world.case("accepted"), world.request("accepted"), world.request("closed")
    record_objection(actor=world.staff, case_id=case.pk, seen=world.seen("accepted"), stated_by="patient")
    for key, needs_case in ((held.pk, True), (over.pk, True), (over.pk, False)):
        with pytest.raises(Conflict), transaction.atomic():
            request_lock.lock_request(world.expert, key, version=None, seen=None, needs_case=needs_case)
    with transaction.atomic():
        found = request_lock.lock_request(world.expert, held.pk, version=None, seen=None, needs_case=False)
        assert (found.pk, found.case.pk) == (held.pk, case.pk)


def test_the_system_locks_an_emergency_that_no_person_may_see(world: World) -> None:
    access = call(world)
    with transaction.atomic():
        assert LOCKS["emergency"][2](system("tests"), access.pk) == access


def test_an_emergency_states_a_share_of_its_case_while_it_runs_and_its_caller_is_who_they_were(world: World) -> None:
    first, second = call(world), call(world, state="accepted")
    assert [each.source_id for each in of_emergencies([first.case_id])] == [first.pk]
    assert {each.source_id for each in of_emergencies([first.case_id, second.case_id])} == {first.pk, second.pk}
    end(actor=world.stranger, access_id=first.pk)
    assert list(of_emergencies([first.case_id])) == []
    assert second.membership is not None
    for change, back in (
        ({"role": "lab_staff"}, {"role": "pathologist"}),
        ({"valid_until": clock.now()}, {"valid_until": None}),
    ):
        member = type(second.membership).objects.filter(pk=second.membership.pk)
        member.update(**change)
        assert list(of_emergencies([second.case_id])) == []
        member.update(**back)
        assert len(list(of_emergencies([second.case_id]))) == 1


@pytest.mark.parametrize("state", STATES)
def test_a_request_states_a_share_of_its_case_while_it_runs(world: World, state: str) -> None:
    request = world.request(state)
    stated = [each.source_id for each in of_requests([request.case_id])]
    assert stated == ([request.pk] if request.status in SHARED else [])
    assert ConsultRequest.objects.filter(status__in=SHARED).count() > 1, "and of no other case"
