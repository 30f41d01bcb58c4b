"""Under a pseudonym neither a number of the patient's nor a day from before the request was sent: nowhere."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from cases import paging
from cases.models import Case
from consult.reports.models import Report
from consult.requests.actions.reply import reply
from consult.requests.actions.withdraw import withdraw
from consult.requests.models import ConsultRequest
from core import clock
from core.jobs import run
from core.web.dates import clinical_date
from tests.cast import World, client_for, sign_opinion
from tests.requests.blind import GIVEN, NAME, STATE, accepted, asked_by_name, drafted, name_the_patient, sent

pytestmark = pytest.mark.ci

LATER = timedelta(days=20)  # from the day on which the case came to the one on which it is sent


@pytest.fixture
def hidden(world: World, at: Callable[..., None]) -> ConsultRequest:
    """A request under a pseudonym, sent and accepted long after the case came and the draft was begun."""
    name_the_patient(world)
    case = world.case(STATE)
    came = f"{came_at(world):%-d/%-m/%Y}"
    Case.objects.filter(pk=case.pk).update(history=f"{NAME} came on {came}.")
    at(case.received_at + LATER)
    return accepted(world, sent(world, drafted(world)))


def came_at(world: World) -> datetime:
    """When the case came, in its laboratory's zone; in others it may be another day."""
    case = world.case(STATE)
    return case.received_at.astimezone(ZoneInfo(case.organisation.time_zone))


@pytest.fixture
def by_name(world: World, hidden: ConsultRequest) -> ConsultRequest:
    """A colleague of the expert's has the same case by name, and their laboratory keeps the first report."""
    return asked_by_name(world, hidden, f"{came_at(world):%-d/%-m/%Y}")


def told_in(world: World, text: str) -> list[str]:
    """The day on which the case came, its number and the patient's name, as far as they stand in a text."""
    came = came_at(world)
    days = (clinical_date(came.date()).lower(), f"{came:%Y-%m-%d}", f"{came:%-d/%-m/%Y}")
    found = text.lower()
    return [word for word in (*days, "n-draft", NAME.lower(), GIVEN.lower()) if word in found]


def test_what_happened_before_sending_is_told_by_its_year(world: World, hidden: ConsultRequest) -> None:
    pages = [reverse("cases:detail", args=[hidden.case_id]), reverse("requests:detail", args=[hidden.pk])]
    for page, step in zip(pages, ("Case registered", "Request started"), strict=True):
        text = client_for(world.expert).get(page).content.decode()
        assert f"<b>{step}</b> {came_at(world).year}" in text
        assert not told_in(world, text), page
        assert clinical_date(came_at(world).date()) in client_for(world.asker).get(page).content.decode()
    assert f'datetime="{hidden.sent_at:%Y-%m-%dT%H}' in client_for(world.expert).get(pages[1]).content.decode()


def test_the_api_keeps_the_days_too(world: World, hidden: ConsultRequest) -> None:
    expert = client_for(world.expert)
    for address in (
        reverse("api-request", args=[hidden.pk]),
        reverse("api-case", args=[hidden.case_id]),
    ):
        answer = expert.get(address)
        assert answer.status_code == 200
        assert hidden.pseudonym in answer.content.decode()
        assert not told_in(world, answer.content.decode()), address
    assert expert.get(reverse("api-request", args=[hidden.pk])).json()["created_at"] is None
    listed = {row["id"]: row for row in expert.get(reverse("api-requests")).json()["results"]}
    assert listed[str(hidden.pk)]["created_at"] is None
    own = client_for(world.asker).get(reverse("api-request", args=[hidden.pk])).json()
    assert own["created_at"].startswith(f"{came_at(world):%Y-%m-%d}")


def test_the_first_report_of_a_case_that_a_colleague_has_by_name(
    world: World, hidden: ConsultRequest, by_name: ConsultRequest
) -> None:
    report = Report.objects.get(case=hidden.case_id, kind="received")
    expert, colleague = client_for(world.expert), client_for(world.expert_colleague)
    for address in (
        reverse("api-report", args=[report.pk]),
        reverse("api-report-version", args=[report.pk, 1]),
        reverse("api-reports") + f"?case={hidden.case_id}",
        reverse("reports:detail", args=[report.pk]),
        reverse("cases:detail", args=[hidden.case_id]),
    ):
        answer = expert.get(address)
        assert answer.status_code == 200, address
        assert not told_in(world, answer.content.decode()), address
    body = expert.get(reverse("api-report", args=[report.pk])).json()
    assert (body["accession_number"], body["created_at"], body["created_year"]) == ("", None, came_at(world).year)
    assert [version["created_at"] for version in body["versions"]] == [None]
    known = colleague.get(reverse("api-report", args=[report.pk])).json()
    assert known["accession_number"] == "N-draft" and known["created_at"].startswith(f"{came_at(world):%Y-%m-%d}")


def test_the_request_that_a_colleague_has_by_name(
    world: World, hidden: ConsultRequest, by_name: ConsultRequest
) -> None:
    expert, colleague = client_for(world.expert), client_for(world.expert_colleague)
    lists = [reverse("api-requests"), reverse("desk:preview", args=[by_name.pk])]
    own = [reverse(name, args=[by_name.pk]) for name in ("requests:detail", "requests:read", "api-request")]
    for address in (*lists, *own):
        page = expert.get(address).content.decode()
        assert by_name.number in page, address
        if "api/v1/requests" not in address or str(by_name.pk) in address:  # other cases came on the same day
            assert not told_in(world, page), address
        assert NAME not in page and GIVEN not in page and "EXP-502" not in page, address
    shown = expert.get(reverse("api-request", args=[by_name.pk])).json()
    assert shown["question"] == "And this of Mrs […]?" and shown["messages"][0]["text"] == "Was […] seen on […]?"
    assert shown["differences"] == []
    known = colleague.get(reverse("api-request", args=[by_name.pk])).json()
    assert NAME in known["question"] and NAME in known["messages"][0]["text"]


def test_the_opinion_of_a_request_by_name(world: World, hidden: ConsultRequest, by_name: ConsultRequest) -> None:
    seen = world.seen(STATE)
    given = {"request_id": by_name.pk, "seen": seen, "version": by_name.version}
    answered = reply(actor=world.asker, **given, text="Yes.")  # type: ignore[arg-type]  # its own arguments
    theirs = replace(world, people=world.people | {"expert": world.expert_colleague})
    signed = sign_opinion(theirs, answered, seen, f"{NAME} has a naevus.")
    for name in ("requests:detail", "requests:read"):
        address = reverse(name, args=[signed.pk])
        page = client_for(world.expert).get(address).content.decode()
        assert "[…] has a naevus." in page and NAME not in page, address
        assert f"{NAME} has a naevus." in client_for(world.expert_colleague).get(address).content.decode()


def test_the_days_of_a_request_by_name_and_of_its_opinion_are_told_by_their_year(
    world: World, hidden: ConsultRequest, at: Callable[..., None]
) -> None:
    """Also those after the share: in the laboratory's own books such a day leads to the name."""
    begun, seen = clock.now(), world.seen(STATE)
    at(begun + timedelta(days=3))
    request = asked_by_name(world, hidden, "some day")
    at(begun + timedelta(days=6))
    request = reply(actor=world.asker, request_id=request.pk, version=request.version, seen=seen, text="Yes.")
    at(begun + timedelta(days=9))
    request = sign_opinion(world, request, seen, expert=world.expert_colleague)
    run.drain()
    at(begun + timedelta(days=40))
    report = Report.objects.get(request=request)
    addresses = [
        *(reverse(f"requests:{name}", args=[request.pk]) for name in ("detail", "read")),
        reverse("desk:preview", args=[request.pk]),
        reverse("reports:detail", args=[report.pk]),
        reverse("cases:detail", args=[request.case_id]),
        reverse("api-request", args=[request.pk]),
        reverse("api-report", args=[report.pk]),
        reverse("api-report-version", args=[report.pk, 1]),
    ]
    days = [begun + timedelta(days=after, hours=hours) for after in (3, 6, 9) for hours in (-14, 0, 14)]
    words = {word for day in days for word in (clinical_date(day.date()), f"{day:%Y-%m-%d}")}
    with_days = 0
    for address in addresses:
        answer, known = client_for(world.expert).get(address), client_for(world.expert_colleague).get(address)
        told = answer.content.decode()
        assert answer.status_code == 200 and not [word for word in words if word in told], address
        with_days += any(word in known.content.decode() for word in words)
    assert with_days >= 6, "who knows the patient reads them"
    rows = client_for(world.expert).get(reverse("api-requests")).json()["results"]
    row = next(each for each in rows if each["id"] == str(request.pk))
    assert (row["created_at"], row["sent_at"], row["due_at"]) == (None, None, None)


def test_the_reason_for_withdrawing_a_request_by_name(
    world: World, hidden: ConsultRequest, by_name: ConsultRequest
) -> None:
    given = {"request_id": by_name.pk, "seen": world.seen(STATE), "version": by_name.version}
    withdraw(actor=world.asker, **given, reason=f"{NAME} was named by mistake")  # type: ignore[arg-type]  # its own arguments
    address = reverse("requests:detail", args=[by_name.pk])
    assert NAME not in client_for(world.expert).get(address).content.decode()
    assert f"{NAME} was named by mistake" in client_for(world.asker).get(address).content.decode()


def test_a_place_in_a_list_tells_no_moment() -> None:
    key = (datetime(2026, 2, 3, 9, 41, tzinfo=UTC), UUID("01a20502-179d-755f-a3ad-7b0af4542e97"))
    text = paging.encode(key)
    assert str(int(key[0].timestamp())) not in text and key[1].hex not in text
    assert paging.decode(text) == key
