"""A search for a case that opens none: who is told, and where it is listed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from cases.emergency import searches
from cases.emergency.actions.open import SeveralFit
from cases.emergency.policy import visible_searches
from cases.models import Case, Denial
from core import clock
from core.actor import Actor
from core.ids import new_id
from core.jobs import run
from notifications.models import Notification
from tests.cast import CANARY, World
from tests.emergency.helping import call, told, two_of_one_patient

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]
OPEN = "/emergency/open/"


@pytest.fixture
def searched(world: World, sign_in: SignIn, at: Callable[..., None]) -> list[Case]:
    """The stranger has been shown the two cases of one patient to choose from, twice in the same hour."""
    at(clock.now().replace(minute=10) + timedelta(hours=1))
    typed, cases = two_of_one_patient(world)
    for _ in range(2):
        assert sign_in(world.stranger).post(OPEN, typed).status_code == 422
    return cases


def test_a_search_that_opens_nothing_is_told_to_who_reviews_once_an_hour_and_listed(
    world: World, sign_in: SignIn, searched: list[Case], at: Callable[..., None]
) -> None:
    title, listing = "Searches that opened no case", reverse("emergency:list")
    run.drain()
    assert not told("emergency.search") and title not in sign_in(world.officer).get(listing).content.decode()
    at(clock.now() + timedelta(minutes=61))
    run.drain()
    assert told("emergency.search") == {"officer@north.example"}
    assert Notification.objects.filter(kind="emergency.search").count() == 1, "two searches in an hour"
    sent = "\n".join(f"{each.subject} {each.body}" for each in mail.outbox)
    assert "Dr North Stranger" in sent and CANARY.upper() not in sent.upper() and "N-sent" not in sent
    page = sign_in(world.officer).get(listing).content.decode()
    assert title in page and page.count("N-draft, N-sent") == 2 and CANARY.upper() not in page.upper()
    assert [each["accession_numbers"] for each in _searches(sign_in(world.admin))] == [["N-draft", "N-sent"]] * 2
    for who in ("staff", "expert_admin", "stranger"):
        assert not _searches(sign_in(world.people[who])), who


def _searches(client: Client) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get(reverse("api-emergencies")).json()["searches"]
    return found


def test_a_search_that_is_followed_by_an_opening_is_reviewed_with_it(
    world: World, sign_in: SignIn, searched: list[Case], at: Callable[..., None]
) -> None:
    at(clock.now() + timedelta(minutes=5))
    call(world, state="draft")
    at(clock.now() + timedelta(minutes=61))
    run.drain()
    assert told("emergency.open") and not told("emergency.search")
    assert not _searches(sign_in(world.officer))


def test_an_opening_weeks_later_takes_nothing_back_of_a_search_that_was_told(
    world: World, sign_in: SignIn, searched: list[Case], at: Callable[..., None]
) -> None:
    first = clock.now()
    at(first + timedelta(minutes=61))
    run.drain()
    assert told("emergency.search")
    at(first + timedelta(days=14))
    call(world, state="draft")
    at(first + timedelta(days=15))
    assert len(_searches(sign_in(world.officer))) == 2


def test_the_last_searches_are_listed_whole_whatever_lies_between(
    world: World, sign_in: SignIn, at: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six of two cases each, of which the last two led to an opening, where three are listed."""
    monkeypatch.setattr(searches, "MOST", 3)
    first = clock.now()
    typed, cases = two_of_one_patient(world)
    wanted: dict[str, Any] = {"system": typed["system"], "value": typed["value"]}
    made = [first + timedelta(hours=3 * number) for number in range(6)]
    for moment in made:
        at(moment)
        run.drain()  # what was opened before has run out
        with pytest.raises(SeveralFit):
            call(world, organisation=cases[0].organisation_id, **wanted)
        if moment in made[4:]:
            call(world, state=cases[0].accession_number.removeprefix("N-"))
    at(made[-1] + timedelta(minutes=61))
    listed = _searches(sign_in(world.officer))
    assert [each["accession_numbers"] for each in listed] == [["N-draft", "N-sent"]] * 3
    assert [datetime.fromisoformat(str(each["at"])) for each in listed] == made[3:0:-1]


def test_a_search_is_read_by_nobody_who_made_it_or_is_denied_the_case(
    world: World, searched: list[Case], at: Callable[..., None]
) -> None:
    at(clock.now() + timedelta(minutes=61))
    assert [row.case for row in visible_searches(world.officer)].count(searched[0].pk) == 2
    source = {"source_kind": "tests", "source_id": new_id(), "valid_from": searched[0].received_at}
    Denial.objects.create(case=searched[0], user_id=world.officer.who(), kind="conflict", **source)
    assert {row.case for row in visible_searches(world.officer)} == {searched[1].pk}
    also = replace(world.officer, person=world.stranger.person)
    assert not visible_searches(also).exists(), "nobody is told of what they did themselves"


def test_a_search_is_told_to_the_administrators_where_the_only_privacy_officer_is_kept_out(
    world: World, searched: list[Case], at: Callable[..., None]
) -> None:
    for case in searched:
        source = {"source_kind": "tests", "source_id": new_id(), "valid_from": case.received_at}
        Denial.objects.create(case=case, user_id=world.officer.who(), kind="conflict", **source)
    at(clock.now() + timedelta(minutes=61))
    run.drain()
    assert told("emergency.search") == {"admin@north.example"}
