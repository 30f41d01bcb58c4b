"""A request that was answered and that nobody closes: until when its slides are open, and who is reminded."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from cases.access.queries import visible_cases
from consult.desk.needs import needs
from consult.requests.actions.acknowledge import acknowledge
from consult.requests.actions.close import close
from consult.requests.models import ConsultRequest
from consult.requests.shares import LONGEST
from core import clock
from core.actor import Actor
from core.jobs import run
from core.jobs.models import Job, State
from core.web.dates import clinical_date
from notifications.models import Notification
from tests.cast import CANARY, World
from tests.objections.test_objections import objects
from tests.requests.changes import fresh, seen

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]
KIND, DAYS = "request.still_open", timedelta(days=30)


def page(client: Client, request: ConsultRequest) -> str:
    return client.get(reverse("requests:detail", args=[request.pk])).content.decode()


def reminders(request: ConsultRequest) -> list[Notification]:
    run.drain()
    return list(Notification.objects.filter(kind=KIND, subject=request.pk))


@pytest.mark.parametrize("state", ["answered", "acknowledged"])
def test_who_asked_is_reminded_once_to_close_after_thirty_days(world: World, state: str) -> None:
    request = world.request(state)
    assert request.answered_at
    with clock.travel(request.answered_at + DAYS - timedelta(minutes=1)):
        assert reminders(request) == []
    mail.outbox.clear()
    with clock.travel(request.answered_at + DAYS):
        (row,) = reminders(request)
        assert row.recipient_id == world.asker.person and row.about.needs_action
        assert row.url == reverse("requests:detail", args=[request.pk]) and request.number in row.sentence
        assert request.pk in {need.request.pk for need in needs(world.asker)}, "and it stands on their first page"
    letters = [each for each in mail.outbox if request.number in f"{each.subject} {each.body}"]
    assert len(letters) == 1 and CANARY not in f"{letters[0].subject} {letters[0].body}"
    with clock.travel(request.answered_at + 2 * DAYS):
        assert len(reminders(request)) == 1


def test_of_a_request_that_is_closed_nobody_is_reminded(world: World) -> None:
    request = world.request("answered")
    assert request.answered_at
    (timer,) = Job.objects.filter(kind="requests.remind_to_close", subject=request.pk)
    assert (timer.state, timer.due_at, timer.payload) == (State.WAITING, request.answered_at + DAYS, {})
    given = {"actor": world.asker, "request_id": request.pk, "seen": seen(request)}
    request = acknowledge(**given, version=request.version)  # type: ignore[arg-type]  # its own arguments
    close(**given, version=request.version, use="adopted")  # type: ignore[arg-type]  # its own arguments
    timer.refresh_from_db()
    assert timer.state == State.CANCELLED
    with clock.travel(timer.due_at):
        assert reminders(request) == []


@pytest.mark.parametrize("state", ["answered", "acknowledged"])
def test_the_owner_reads_until_when_at_the_latest(world: World, sign_in: SignIn, state: str) -> None:
    request = world.request(state)
    assert request.sent_at
    text = sign_in(world.asker).get(reverse("cases:access", args=[request.case_id])).content.decode()
    assert f"At the latest it ends on {clinical_date(request.sent_at + LONGEST)}." in text


@pytest.mark.parametrize("state", ["accepted", "answered", "acknowledged"])
def test_after_a_year_nobody_reads_that_the_slides_are_open(world: World, sign_in: SignIn, state: str) -> None:
    request = world.request(state)
    assert request.sent_at
    readers = {"asker": world.asker, "expert": world.expert, "colleague": world.expert_colleague}
    case = visible_cases(world.expert).filter(pk=request.case_id)
    assert case.exists()
    with clock.travel(request.sent_at + LONGEST):
        assert not case.exists()
        clients = {name: sign_in(who) for name, who in readers.items()}
        said = {name: page(client, fresh(request)) for name, client in clients.items()}
        why = clients["expert"].get(reverse("cases:why", args=[request.case_id])).content.decode()
    over = "The time for which this request opened the case is over."
    for name in ("expert", "colleague"):
        assert "The slides are open to the expert alone" not in said[name] and "at the moment" not in said[name]
        assert ("The access to the slides has ended." in said[name]) == (state != "accepted")
        assert (over in said[name]) == (state == "accepted") and "has stopped sharing" not in said[name]
    asked = {
        "accepted": f"{over} Withdraw it, and ask again if an opinion is still needed.",
        "answered": "The opinion is signed. Read it and acknowledge it.",
        "acknowledged": "That closes the request; the access to the slides has ended already.",
    }
    assert asked[state] in said["asker"] and "and ends the access" not in said["asker"]
    assert "or until the reason ends" not in why


@pytest.mark.parametrize("state", ["answered", "acknowledged"])
def test_a_colleague_does_not_read_that_slides_are_open_which_an_objection_has_closed(
    world: World, sign_in: SignIn, state: str
) -> None:
    open_to_expert = "The slides are open to the expert alone."
    assert open_to_expert in page(sign_in(world.expert_colleague), world.request(state))
    objects(world, state)
    said = page(sign_in(world.expert_colleague), world.request(state))
    assert "The slides are open to nobody outside their laboratory at the moment." in said
    assert open_to_expert not in said
