"""What was asked and said about a request reads the same beside the slides, on its page and in the answer's form."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from consult.requests.actions.ask import ask
from consult.requests.models import ConsultRequest
from core import terms
from core.actor import Actor
from tests.cast import World
from tests.requests.screen import act_url, text_of

SignIn = Callable[[Actor], Client]
CODE = "rescan"


@pytest.fixture
def asked(world: World) -> ConsultRequest:
    """A request whose expert ticked what is missing and wrote nothing."""
    request = world.request("accepted")
    return ask(actor=world.expert, request_id=request.pk, version=request.version, seen=None, text="", codes=[CODE])


@pytest.mark.parametrize("who", ["asker", "expert"])
def test_what_was_only_ticked_is_read_on_every_page(
    world: World, sign_in: SignIn, asked: ConsultRequest, who: str
) -> None:
    client, words = sign_in(world.people[who]), terms.label("information_requests", CODE)
    for name in ("requests:detail", "requests:read"):
        page = text_of(client, reverse(name, args=[asked.pk]))
        said = page[page.index('<ol class="cs-thread">') :]
        assert f"<li>{words}</li>" in said[: said.index("</ol>")], name


def test_what_was_ticked_stands_with_what_was_written_beside_the_slides(world: World, sign_in: SignIn) -> None:
    request = world.request("accepted")
    ask(actor=world.expert, request_id=request.pk, version=request.version, seen=None, text="Left edge.", codes=[CODE])
    page = text_of(sign_in(world.expert), reverse("requests:read", args=[request.pk]))
    assert "Left edge." in page
    assert terms.label("information_requests", CODE) in page


def test_the_form_for_the_answer_names_it_too(world: World, sign_in: SignIn, asked: ConsultRequest) -> None:
    page = text_of(sign_in(world.asker), act_url(asked, "reply"))
    assert f"<li>{terms.label('information_requests', CODE)}</li>" in page
