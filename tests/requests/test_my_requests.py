"""My requests: each is in exactly one view, and nobody else's is in any."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core.actor import Actor
from tests.cast import STATES, World
from tests.requests.screen import text_of

SignIn = Callable[[Actor], Client]
VIEW_OF = {
    "draft": "drafts",
    "sent": "sent",
    "accepted": "sent",
    "asked": "reply",
    "waiting": "reply",
    "answered": "answered",
    "acknowledged": "answered",
    "closed": "closed",
    "declined": "closed",
    "withdrawn": "closed",
}


@pytest.mark.parametrize("view", ["drafts", "sent", "reply", "answered", "closed"])
def test_each_view_holds_its_states(world: World, sign_in: SignIn, view: str) -> None:
    page = text_of(sign_in(world.asker), f"{reverse('requests:mine')}?view={view}")
    shown = {state for state in STATES if world.request(state).number in page}
    assert shown == {state for state, place in VIEW_OF.items() if place == view}


def test_what_needs_a_reply_is_shown_first(world: World, sign_in: SignIn) -> None:
    assert world.request("waiting").number in text_of(sign_in(world.asker), reverse("requests:mine"))


def test_a_colleagues_requests_are_not_mine(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.colleague)
    for view in set(VIEW_OF.values()):
        page = text_of(client, f"{reverse('requests:mine')}?view={view}")
        assert not [state for state in STATES if world.request(state).number in page]


def test_a_new_request_begins_with_choosing_the_case(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.asker)
    choose = f"{reverse('cases:list')}?for=request"
    assert f'href="{choose}"' in text_of(client, reverse("requests:mine"))
    page = text_of(client, choose)
    assert "Choose the case to ask about" in page
    assert f'href="{reverse("requests:new", args=[world.case("draft").pk])}"' in page
    assert '<input type="hidden" name="for" value="request">' in page
    usual = text_of(client, reverse("cases:list"))
    assert "Choose the case to ask about" not in usual
    assert reverse("requests:new", args=[world.case("draft").pk]) not in usual


def test_who_asks_nobody_chooses_no_case_for_it(world: World, sign_in: SignIn) -> None:
    assert "Choose the case to ask about" not in text_of(sign_in(world.staff), f"{reverse('cases:list')}?for=request")


@pytest.mark.parametrize(("who", "address"), [("asker", "/requests/?view=sent"), ("expert", "/?view=mine")])
def test_a_list_says_what_it_counts_of_the_slides(world: World, sign_in: SignIn, who: str, address: str) -> None:
    page = text_of(sign_in(world.people[who]), address)
    row = page[page.index(f'id="row-{world.request("sent").pk}"') :]
    row = row[: row.index("</tr>")]
    assert "Slides with an image</th>" in page
    assert re.search(r">1 of 1</td>", row)
