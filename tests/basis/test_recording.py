"""Recording and ending what a patient said: by whom, what is refused, and that nobody rewrites it."""

from typing import Any

import pytest

from cases.basis.kinds import Against, Kind
from cases.basis.models import LegalFact, SharingDecision
from core import clock
from core.audit.models import AuditEvent
from core.errors import Forbidden, Hidden, Invalid
from tests.basis.helping import finish, note
from tests.cast import World

pytestmark = pytest.mark.ci


def test_it_is_recorded_by_whom_and_ended_by_whom_and_why(world: World) -> None:
    fact = finish(world, note(world, Kind.BLOCK, reach=Against.ALL))
    assert (fact.recorded_by, fact.by_whom, fact.ended_by) == (world.staff.name, "Dr Clinician", world.staff.name)
    assert fact.end_reason == "The patient said so"
    rows = AuditEvent.objects.filter(object_kind="legal_fact", object_id=str(fact.pk)).order_by("at")
    assert [row.action for row in rows] == ["legal_fact.block", "legal_fact.ended"]
    assert {row.case for row in rows} == {world.case("accepted").pk}


def test_only_the_own_laboratory_records_and_sees_it(world: World) -> None:
    with pytest.raises(Forbidden):
        note(world, Kind.REFUSAL, actor=world.expert)
    with pytest.raises(Hidden):
        note(world, Kind.REFUSAL, actor=world.stranger)
    fact = note(world, Kind.INFORMED)
    case = world.case("accepted")
    for actor in (world.expert, world.stranger, world.admin):
        from cases.basis.actions.end import end

        with pytest.raises(Hidden):
            end(actor=actor, fact_id=fact.pk, case_id=case.pk, version=1, seen=None, how="end", reason="Because")
    other = world.case("sent")
    with pytest.raises(Hidden):
        end(actor=world.staff, fact_id=fact.pk, case_id=other.pk, version=1, seen=None, how="end", reason="Because")


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        (Kind.BLOCK, {"reach": ""}, "reach"),
        (Kind.BLOCK, {"reach": Against.CARE_UNIT}, "reach"),
        (Kind.BLOCK, {"reach": Against.REFUSED}, "reach"),
        (Kind.CONSENT, {"by_whom": " "}, "by_whom"),
        (Kind.CONSENT, {"how": "pigeon"}, "how"),
        (Kind.REFUSAL, {"last_day": clock.now}, "last_day"),
        ("nothing", {}, "kind"),
    ],
)
def test_bad_input_is_refused_at_its_field(world: World, kind: str, more: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {name: value().date() if callable(value) else value for name, value in more.items()}
    with pytest.raises(Invalid) as refusal:
        note(world, kind, **given)
    assert field in refusal.value.fields and not LegalFact.objects.exists()


def test_a_block_names_others_and_only_one_for_organisations_does(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        note(world, Kind.BLOCK, reach=Against.ORGANISATION, organisations=[world.staff.organisation])
    assert "organisations" in refusal.value.fields
    with pytest.raises(Invalid) as refusal:
        note(world, Kind.BLOCK, reach=Against.ALL, organisations=[world.expert.organisation])
    assert "organisations" in refusal.value.fields


def test_the_database_lets_nobody_rewrite_what_was_recorded_or_decided(world: World) -> None:
    from django.db import DatabaseError, transaction

    fact = note(world, Kind.BLOCK, reach=Against.ALL)
    decision = SharingDecision.objects.first()
    assert decision is not None
    for change in (
        lambda: LegalFact.objects.filter(pk=fact.pk).update(reach="care_unit"),
        lambda: LegalFact.objects.filter(pk=fact.pk).delete(),
        lambda: SharingDecision.objects.filter(pk=decision.pk).update(outcome="allowed"),
        lambda: SharingDecision.objects.filter(pk=decision.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
