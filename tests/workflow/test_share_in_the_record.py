"""What an expert does is recorded under the share that lets them; what a laboratory does with its own, under none."""

import pytest

from cases.models import Share
from core.actor import Purpose
from core.audit.models import AuditEvent
from tests.cast import World
from tests.emergency.helping import call

pytestmark = pytest.mark.django_db


def test_an_experts_steps_name_the_share_of_the_request(world: World) -> None:
    case = world.case("answered").pk
    share = Share.objects.get(case=case, source_kind="request")
    rows = AuditEvent.objects.filter(case=case, person=world.expert.person)
    by_action = dict(rows.values_list("action", "share"))
    assert set(by_action) >= {"request.accepted"}
    assert set(by_action.values()) == {share.pk}, by_action


def test_the_own_laboratorys_steps_name_none(world: World) -> None:
    rows = AuditEvent.objects.filter(case=world.case("answered").pk, person=world.asker.person)
    assert set(rows.values_list("share", flat=True)) == {None}


def test_somebody_who_came_in_an_emergency_acts_for_that_purpose(world: World) -> None:
    access = call(world)
    rows = AuditEvent.objects.filter(case=access.case_id, person=access.person_id)
    assert rows and set(rows.values_list("purpose", flat=True)) == {Purpose.EMERGENCY}
