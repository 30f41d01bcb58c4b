"""What happened to a case and to a request is told in one order and one form, whichever page tells it."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cases.actions.close import close, reopen
from core.actor import Actor
from core.workflow import events
from core.workflow.last import last_step_is_own
from core.workflow.models import TimelineEntry
from tests.cast import World

SignIn = Callable[[Actor], Client]
TITLE = re.compile(r"<b>([^<]+)</b>")


def told(client: Client, address: str) -> str:
    """The card, as the reader sees it."""
    page = client.get(address).content.decode()
    return page[page.index("What happened") :].split("</section>")[0]


def test_the_first_step_stands_first_on_the_page_of_a_case_and_of_a_request(world: World, sign_in: SignIn) -> None:
    case, request, client = world.case("closed"), world.request("closed"), sign_in(world.asker)
    close(actor=world.asker, case_id=case.pk, seen=None)
    reopen(actor=world.asker, case_id=case.pk, seen=None)
    of_case = TITLE.findall(told(client, reverse("cases:detail", args=[case.pk])))
    of_request = TITLE.findall(told(client, reverse("requests:detail", args=[request.pk])))
    assert (of_case[0], of_case[-2:]) == ("Case registered", ["Case closed", "Case reopened"])
    assert (of_request[0], of_request[-1]) == ("Request started", "Request closed")


@pytest.mark.parametrize("name", ["cases", "requests"])
def test_both_say_in_which_zone_and_set_off_what_somebody_wrote(world: World, sign_in: SignIn, name: str) -> None:
    case, request = world.case("withdrawn"), world.request("withdrawn")
    TimelineEntry.objects.create(
        at=request.created_at,
        noun="case",
        noun_id=case.pk,
        case=case.pk,
        action="correct",
        from_status="open",
        person_name="Dr Who",
        reason="Typed wrongly",
    )
    address = reverse(f"{name}:detail", args=[case.pk if name == "cases" else request.pk])
    shown = told(sign_in(world.asker), address)
    assert re.search(r"\bCES?T\b", shown)
    assert '<p class="cs-said">' in shown


def test_where_the_beginning_is_left_out_it_is_said(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = sign_in(world.asker), reverse("requests:detail", args=[world.request("closed").pk])
    assert "Earlier steps" not in told(client, address)
    monkeypatch.setattr(events, "MOST", 2)
    shown = told(client, address)
    assert "Earlier steps are in the record" in shown
    assert TITLE.findall(shown) == ["Opinion acknowledged", "Request closed"]


def test_the_last_step_is_ones_own_or_somebody_elses(world: World) -> None:
    waiting = world.request("waiting")
    assert last_step_is_own(world.expert, "request", waiting.pk)
    assert not last_step_is_own(world.asker, "request", waiting.pk)
    assert not last_step_is_own(world.expert, "report", waiting.pk), "a noun without steps is nobody's"
