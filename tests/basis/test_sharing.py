"""What is recorded decides about what is shared already: it closes at once, opens again, and both sides are told."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from cases.access.grants import reconcile
from cases.access.queries import visible_slides
from cases.basis.kinds import Against, Kind
from cases.basis.models import SharingDecision
from cases.basis.words import decision_view
from cases.models import CaseGrant
from core import clock
from core.actor import Actor, system
from core.errors import Conflict, Hidden, Invalid
from core.jobs import run
from notifications.models import Notification
from tests.basis.helping import finish, move, note, sees, sent
from tests.cast import World, local_day
from tests.emergency.helping import call

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]
LOOKS = ("detail", "access")


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
    case, now = world.case("accepted"), clock.now()
    today = now.astimezone(ZoneInfo(case.organisation.time_zone)).date()
    note(world, Kind.CONSENT, last_day=today + timedelta(days=2))
    assert sees(world.expert, world)
    with clock.travel(now + timedelta(days=2)):
        assert sees(world.expert, world)
    with clock.travel(now + timedelta(days=4)):
        assert not sees(world.expert, world), "no job has run"
        assert reconcile([case.pk], actor=system("test")) >= 1
        assert reconcile([case.pk], actor=system("test")) == 0
        note(world, Kind.CONSENT)
        assert sees(world.expert, world)


def test_a_consent_given_before_does_not_lengthen_a_later_one_until_a_day(world: World) -> None:
    note(world, Kind.CONSENT)
    short = note(world, Kind.CONSENT, last_day=local_day() + timedelta(days=2))
    assert sees(world.expert, world)
    with clock.travel(clock.now() + timedelta(days=4)):
        assert not sees(world.expert, world)
        finish(world, short)
        assert sees(world.expert, world), "the last day was entered by mistake"


@pytest.mark.parametrize("kind", [Kind.CONSENT, Kind.INFORMED])
def test_what_was_shared_by_a_record_made_by_mistake_closes_until_there_is_another(
    world: World, sign_in: SignIn, kind: str
) -> None:
    move(world, "SE")
    facts = {each: note(world, each, "draft") for each in (Kind.INFORMED, Kind.CONSENT)}
    request = sent(world)
    end_page = reverse("basis:end", args=[request.case_id, facts[Kind(kind)].pk, "end"])
    said = sign_in(world.staff).get(end_page).content.decode()
    assert "is closed until" in said and "opens again" not in said
    finish(world, facts[Kind(kind)], state="draft")
    assert not sees(world.expert, world, "draft") and sees(world.asker, world, "draft")
    assert sees(world.expert, world), "what was shared by no such record goes on"
    words = "Shared by a record that does not count any more"
    client, pages = sign_in(world.asker), [reverse(f"cases:{page}", args=[request.case_id]) for page in LOOKS]
    assert all(words in client.get(page).content.decode() for page in pages)
    asked = client.get(reverse("requests:detail", args=[request.pk])).content.decode()
    assert "Sharing this case has stopped" in asked
    run.drain()
    told = Notification.objects.get(kind="request.held")
    assert (told.recipient_id, told.number) == (world.asker.person, request.number)
    assert Notification.objects.get(kind="legal_fact.ended").recipient_id == world.expert.person
    assert reconcile([request.case_id], actor=system("test")) == 0
    note(world, kind, "draft", all_cases=True)
    assert sees(world.expert, world, "draft")
    assert not any(words in client.get(page).content.decode() for page in pages)
    outcomes = SharingDecision.objects.filter(source_id=request.pk).order_by("decided_at")
    assert list(outcomes.values_list("outcome", flat=True)) == ["allowed", "held", "again"]


def test_another_consent_that_stands_keeps_open_what_was_shared_by_the_mistaken_one(world: World) -> None:
    move(world, "SE")
    note(world, Kind.INFORMED, "draft")
    wide = note(world, Kind.CONSENT, "draft", all_cases=True)
    mistaken = note(world, Kind.CONSENT, "draft")
    sent(world)
    finish(world, mistaken, state="draft")
    assert sees(world.expert, world, "draft")
    finish(world, wide, state="draft")
    assert not sees(world.expert, world, "draft")


def test_a_withdrawal_by_mistake_leaves_no_consent_where_one_is_asked_for(world: World) -> None:
    move(world, "SE")
    note(world, Kind.INFORMED, "draft")
    consent = note(world, Kind.CONSENT, "draft")
    sent(world)
    finish(world, finish(world, consent, "withdraw", "draft"), state="draft")
    assert not sees(world.expert, world, "draft")
    note(world, Kind.CONSENT, "draft")
    assert sees(world.expert, world, "draft")


def test_an_emergency_asks_for_no_record(world: World) -> None:
    move(world, "SE")
    note(world, Kind.INFORMED, "draft")
    consent = note(world, Kind.CONSENT, "draft")
    sent(world)
    call(world, state="draft")
    finish(world, consent, state="draft")
    assert sees(world.stranger, world, "draft") and not sees(world.expert, world, "draft")


def test_a_block_from_a_later_day_leaves_the_share_until_then(world: World) -> None:
    note(world, Kind.BLOCK, reach=Against.ALL, first_day=local_day() + timedelta(days=2))
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
