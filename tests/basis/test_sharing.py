"""What is recorded decides about what is shared already: it closes at once, opens again, and both sides are told."""

from datetime import timedelta

import pytest

from accounts.models import Organisation
from cases.access.grants import reconcile
from cases.access.queries import visible_slides
from cases.basis.kinds import Against, Kind
from cases.basis.models import SharingDecision
from cases.basis.words import decision_view
from cases.models import CaseGrant
from core import clock
from core.actor import system
from core.errors import Conflict, Hidden, Invalid
from core.jobs import run
from notifications.models import Notification
from tests.basis.helping import finish, move, note, sees
from tests.cast import World
from tests.emergency.helping import call

pytestmark = pytest.mark.ci


@pytest.mark.parametrize("what", [Kind.REFUSAL, Kind.PROTECTED])
def test_what_speaks_against_closes_shares_at_once_and_opens_them_when_it_ends(world: World, what: str) -> None:
    slide = world.slides("accepted")[0]
    fact = note(world, what)
    assert not sees(world.expert, world)
    assert not visible_slides(world.expert).filter(pk=slide.pk).exists()
    assert not CaseGrant.objects.filter(content_object=world.case("accepted"), revoked_at__isnull=True).exists()
    assert sees(world.asker, world), "the own laboratory goes on"
    finish(world, fact)
    assert sees(world.expert, world)
    outcomes = SharingDecision.objects.filter(source_id=world.request("accepted").pk).order_by("decided_at")
    assert list(outcomes.values_list("outcome", flat=True)) == ["allowed", "held", "again"]
    words = [decision_view(each).grounds for each in outcomes]
    assert words[1:] == [str(Kind(what).label), f"Ended: {Kind(what).label}"]


def test_a_withdrawn_consent_closes_and_another_one_opens(world: World) -> None:
    fact = note(world, Kind.CONSENT)
    finish(world, fact, "withdraw")
    assert not sees(world.expert, world)
    note(world, Kind.CONSENT)
    assert sees(world.expert, world)


def test_a_withdrawal_made_by_mistake_is_ended(world: World) -> None:
    fact = finish(world, note(world, Kind.CONSENT), "withdraw")
    finish(world, fact)
    assert sees(world.expert, world)
    with pytest.raises(Conflict):
        finish(world, fact)


def test_a_consent_runs_out_in_sql_on_its_day(world: World) -> None:
    today = clock.now().date()
    note(world, Kind.CONSENT, last_day=today + timedelta(days=2))
    case, now = world.case("accepted"), clock.now()
    assert sees(world.expert, world)
    with clock.travel(now + timedelta(days=2)):
        assert sees(world.expert, world)
    with clock.travel(now + timedelta(days=4)):
        assert not sees(world.expert, world), "no job has run"
        assert reconcile([case.pk], actor=system("test")) >= 1
        assert reconcile([case.pk], actor=system("test")) == 0
        note(world, Kind.CONSENT)
        assert sees(world.expert, world)


def test_a_block_from_a_later_day_leaves_the_share_until_then(world: World) -> None:
    note(world, Kind.BLOCK, reach=Against.ALL, first_day=clock.now().date() + timedelta(days=2))
    assert sees(world.expert, world)
    with clock.travel(clock.now() + timedelta(days=3)):
        assert not sees(world.expert, world)


def test_a_block_keeps_out_the_organisations_it_names_with_those_below(world: World) -> None:
    network = Organisation.objects.create(name="Network", short_name="NW", kind="network", country="SE")
    Organisation.objects.filter(pk=world.expert.lab()).update(parent=network)
    away = note(world, Kind.BLOCK, reach=Against.ORGANISATION, organisations=[world.stranger.organisation])
    assert sees(world.expert, world), "another organisation is blocked"
    finish(world, away)
    block = note(world, Kind.BLOCK, reach=Against.ORGANISATION, organisations=[network.pk])
    assert not sees(world.expert, world)
    finish(world, block)
    note(world, Kind.BLOCK, reach=Against.ORGANISATION)
    assert not sees(world.expert, world), "every organisation but the own"


def test_a_block_for_other_units_holds_only_those_of_the_own_organisation(world: World) -> None:
    move(world, "SE")
    note(world, Kind.BLOCK, reach=Against.CARE_UNIT)
    assert sees(world.expert, world)
    network = Organisation.objects.create(name="Network", short_name="NW", kind="network", country="SE")
    trust = Organisation.objects.create(name="Trust", short_name="TR", kind="group", country="SE")
    for above, open_ in ((network, True), (trust, False)):
        Organisation.objects.filter(pk__in=[world.expert.lab(), world.asker.lab()]).update(parent=above)
        reconcile([world.case("accepted").pk], actor=system("test"))
        assert sees(world.expert, world) == open_, "a network joins several care providers, a trust is one"


def test_in_england_a_named_person_confirms_it(world: World) -> None:
    with pytest.raises(Invalid, match="Nothing was recorded"):
        note(world, Kind.CLEARED)
    move(world, "GB")
    note(world, Kind.PROTECTED)
    assert not sees(world.expert, world)
    note(world, Kind.CLEARED)
    assert sees(world.expert, world)


def test_what_is_said_for_a_patient_concerns_every_case_of_theirs(world: World) -> None:
    accepted, waiting = world.case("accepted"), world.case("waiting")
    type(waiting).objects.filter(pk=waiting.pk).update(patient=accepted.patient)
    note(world, Kind.REFUSAL, all_cases=True)
    assert not sees(world.expert, world) and not sees(world.expert, world, "waiting")
    note(world, Kind.CONSENT)
    assert sees(world.expert, world) and not sees(world.expert, world, "waiting")


def test_both_sides_are_told_and_only_the_asking_one_why(world: World) -> None:
    fact = note(world, Kind.REFUSAL)
    run.drain()
    lost = Notification.objects.get(kind="legal_fact.ended")
    assert lost.recipient_id == world.expert.person and (lost.number, lost.person_name) == ("", "")
    assert not any(word in lost.sentence.lower() for word in ("consent", "refus", "patient", "block"))
    asked = Notification.objects.get(kind="request.held")
    assert (asked.recipient_id, asked.number) == (world.asker.person, world.request("accepted").number)
    finish(world, fact)
    run.drain()
    assert Notification.objects.get(kind="legal_fact.again").recipient_id == world.expert.person
    assert Notification.objects.get(kind="request.goes_on").recipient_id == world.asker.person


def test_who_records_it_is_not_told_of_it(world: World) -> None:
    note(world, Kind.REFUSAL, actor=world.asker)
    run.drain()
    assert not Notification.objects.filter(kind="request.held").exists()


def test_emergency_access_overrides_what_the_rule_lets_it_and_no_more(world: World) -> None:
    note(world, Kind.BLOCK, "sent", reach=Against.ALL)
    access = call(world)
    assert access.overrides_objection and str(access.rule) == "NL, version 1" and sees(world.stranger, world, "sent")
    note(world, Kind.PROTECTED, "sent")
    assert not sees(world.stranger, world, "sent"), "the rule does not let it override a protected identity"
    with pytest.raises(Hidden):
        call(world, world.expert_colleague)


def test_a_block_for_another_organisation_does_not_count_as_overridden(world: World) -> None:
    note(world, Kind.BLOCK, "sent", reach=Against.ORGANISATION, organisations=[world.expert.organisation])
    assert not call(world).overrides_objection
