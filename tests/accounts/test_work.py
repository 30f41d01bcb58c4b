"""How a member works: languages, capacity, deputy, absences, and who may say so."""

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.actions.work import WorkFields, cancel_absence, enter_absence, plan_work
from accounts.models import Absence, Membership, Organisation
from accounts.standing_in import who_is_told
from core import clock
from core.errors import Conflict, Hidden, Invalid
from tests.cast import World, client_for, local_day


def member(world: World, who: str) -> Membership:
    return Membership.objects.get(pk=world.people[who].acting())


@pytest.mark.parametrize(("who", "may"), [("expert", True), ("expert_admin", True), ("expert_colleague", False)])
@pytest.mark.parametrize("other", ["admin", "stranger"])
def test_the_member_and_the_own_administrator_plan_the_work_and_nobody_else(
    world: World, who: str, may: bool, other: str
) -> None:
    mine, fields = world.expert.acting(), WorkFields(languages=["sv", "en"], weekly_capacity=5)
    for actor, allowed in ((world.people[who], may), (world.people[other], False)):
        if allowed:
            planned = plan_work(actor=actor, membership_id=mine, fields=fields)
            assert (planned.languages, planned.weekly_capacity) == (["en", "sv"], 5)
        else:
            with pytest.raises(Hidden):
                plan_work(actor=actor, membership_id=mine, fields=fields)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (WorkFields(languages=["xx"]), "languages"),
        (WorkFields(weekly_capacity=-1), "weekly_capacity"),
        (WorkFields(weekly_capacity=1000), "weekly_capacity"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(world: World, fields: WorkFields, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        plan_work(actor=world.expert, membership_id=world.expert.acting(), fields=fields)
    assert field in refusal.value.fields


@pytest.mark.parametrize("who", ["expert", "expert_admin", "asker", "stranger"])
def test_a_deputy_is_a_colleague_who_can_do_the_same_work(world: World, who: str) -> None:
    with pytest.raises(Invalid) as refusal:
        fields = WorkFields(deputy=world.people[who].membership)
        plan_work(actor=world.expert, membership_id=world.expert.acting(), fields=fields)
    assert "deputy" in refusal.value.fields


def test_days_away_are_whole_days_in_the_right_order_and_do_not_overlap(world: World) -> None:
    today, mine = local_day(), world.expert.acting()
    given = {"actor": world.expert, "membership_id": mine}
    for first, last in ((today, today - timedelta(days=1)), (today - timedelta(days=9), today - timedelta(days=3))):
        with pytest.raises(Invalid):
            enter_absence(**given, first_day=first, last_day=last)  # type: ignore[arg-type]  # its own arguments
    away = enter_absence(**given, first_day=today, last_day=today + timedelta(days=3))  # type: ignore[arg-type]  # its own arguments
    assert (away.first_day, away.last_day) == (today, today + timedelta(days=3))
    with pytest.raises(Conflict):
        enter_absence(**given, first_day=today + timedelta(days=3), last_day=today + timedelta(days=9))  # type: ignore[arg-type]  # its own arguments
    with pytest.raises(Hidden):
        cancel_absence(actor=world.expert_colleague, absence_id=away.pk)
    cancel_absence(actor=world.expert_admin, absence_id=away.pk)
    assert not Absence.objects.in_force().exists()
    enter_absence(**given, first_day=today, last_day=today)  # type: ignore[arg-type]  # its own arguments


def test_beside_the_absence_stands_who_stands_in_as_it_is_saved(world: World) -> None:
    """A deputy who was chosen and not saved is lost with the other form, and nobody would say so."""
    client, mine = client_for(world.expert), world.expert.acting()
    page, enter = reverse("accounts:work", args=[mine]), reverse("accounts:enter_absence", args=[mine])
    name, day = world.user("expert_colleague").printed_name, local_day() + timedelta(days=10)
    assert "Nobody stands in: choose a deputy on this page and save it first." in client.get(page).text
    assert "Nobody stands in during this absence" in client.post(enter, whole_day(day), follow=True).text
    Membership.objects.filter(pk=mine).update(deputy=world.expert_colleague.acting())
    assert f"{name} stands in while you are away." in client.get(page).text
    assert f"{name} stands in during an absence." in client_for(world.expert_admin).get(page).text
    answer = client.post(enter, whole_day(day + timedelta(days=10)), follow=True).text
    assert "The absence is entered." in answer and "Nobody stands in" not in answer


def whole_day(day: date) -> dict[str, int]:
    """What the form of an absence sends."""
    parts = ("day", "month", "year")
    return {f"{name}_{part}": getattr(day, part) for name in ("first_day", "last_day") for part in parts}


def test_who_is_away_and_who_has_left_is_heard_of_by_the_deputy(world: World) -> None:
    mine = member(world, "expert")
    assert who_is_told(mine) == {world.expert.person}
    plan_work(actor=world.expert, membership_id=mine.pk, fields=WorkFields(deputy=world.expert_colleague.membership))
    mine.refresh_from_db()
    assert who_is_told(mine) == {world.expert.person}
    today = local_day()
    enter_absence(actor=world.expert, membership_id=mine.pk, first_day=today, last_day=today)
    assert who_is_told(mine) == {world.expert.person, world.expert_colleague.person}
    Membership.objects.filter(pk=mine.pk).update(valid_until=clock.now())
    assert who_is_told(mine) == {world.expert_colleague.person}
    Membership.objects.filter(pk=mine.pk).update(deputy=None)
    assert who_is_told(member(world, "expert")) == {world.expert_colleague.person}  # the one who is left there


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(world: World) -> None:
    client, page = client_for(world.expert), reverse("accounts:work", args=[world.expert.acting()])
    assert client.get(reverse("accounts:own_work")).headers["Location"] == page
    refused = client.post(page, {"weekly_capacity": "1001", "languages": ["sv"]})
    assert refused.status_code == 422
    assert "1001" in refused.content.decode()
    assert client.post(page, {"weekly_capacity": "4", "languages": ["sv"]}).status_code == 302
    assert member(world, "expert").weekly_capacity == 4
    day = local_day() + timedelta(days=2)
    days = {
        f"{name}_{part}": getattr(day, part) for name in ("first_day", "last_day") for part in ("day", "month", "year")
    }
    enter = reverse("accounts:enter_absence", args=[world.expert.acting()])
    assert client.post(enter, {}).status_code == 422
    assert client.post(enter, days).status_code == 302
    assert client.post(enter, days).status_code == 422
    away = Absence.objects.get()
    assert client.post(reverse("accounts:cancel_absence", args=[away.pk])).status_code == 302


def test_the_administrator_finds_the_page_by_the_person(world: World) -> None:
    there = reverse("accounts:work", args=[world.asker.membership])
    page = client_for(world.admin).get(reverse("accounts:person", args=[world.asker.who()]))
    assert f'href="{there}"' in page.text
    assert client_for(world.admin).get(there).status_code == 200


def test_the_last_day_that_there_is_is_refused_in_words(world: World) -> None:
    days = {"first_day": "9999-12-30", "last_day": "9999-12-31"}
    address = reverse("api-absences", args=[world.expert.acting()])
    answer = client_for(world.expert).post(
        address, json.dumps(days), "application/json", headers={"Idempotency-Key": "absence-key-1"}
    )
    assert answer.status_code == 422
    assert "last_day" in answer.json()["fields"]


def test_who_asks_reads_the_laboratorys_languages_of_whoever_has_not_said_theirs(world: World) -> None:
    Organisation.objects.filter(pk=world.expert.lab()).update(languages=["fr", "nl"])
    plan_work(actor=world.expert, membership_id=world.expert.acting(), fields=WorkFields(languages=["sv"]))
    request = world.request("draft")
    page = client_for(world.asker).get(reverse("requests:experts", args=[request.pk]), {"text": "North"})
    cards = page.content.decode().split("<label")
    told = {who: next(each for each in cards if f"{who}</b>" in each) for who in ("Expert", "Neighbour")}
    assert "Takes consultations in: Swedish" in told["Expert"]
    assert "Takes consultations in: French, Dutch" in told["Neighbour"]
