"""The page that comes back with errors stays at an address that takes forms: a GET there leads to the form's page.

That is what switching the language in the header does, and pressing Enter in the address bar.
"""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.actor import Actor
from tests.access.routes import methods, routes
from tests.access.table import NOT_HERE
from tests.cast import World

pytestmark = pytest.mark.ci
BY_SCRIPTS = {  # asked by a page's script, which reads the answer itself
    "desk:palette",
    "slides:opened",
    "slides:closed",
    "slides:heartbeat",
    "slides:retry",
}


def test_the_absence_form_that_was_refused_is_found_again(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client = sign_in(world.expert)
    sent_to = reverse("accounts:enter_absence", args=[world.expert.membership])
    assert client.post(sent_to, {}).status_code == 422
    client.post(reverse("set_language"), {"language": "nl", "next": sent_to})
    again = client.get(sent_to, follow=True)
    assert again.redirect_chain == [(reverse("accounts:work", args=[world.expert.membership]), 302)]
    assert 'lang="nl"' in again.content.decode()


def test_ending_other_sessions_leads_to_the_sessions_and_ends_none(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    other, client = sign_in(world.asker), sign_in(world.asker)
    assert client.get(reverse("accounts:end_other_sessions"))["Location"] == reverse("accounts:sessions")
    assert other.get(reverse("accounts:sessions")).status_code == 200


@pytest.mark.parametrize("step", ["end", "review", "letter"])
def test_the_steps_of_an_emergency_access_lead_to_its_page(
    world: World, sign_in: Callable[[Actor], Client], step: str
) -> None:
    access = uuid4()
    answer = sign_in(world.officer).get(reverse(f"emergency:{step}", args=[access]))
    assert answer["Location"] == reverse("emergency:detail", args=[access]), "whose page says what may be seen"


def test_the_image_that_is_taken_off_leads_to_its_case(world: World, sign_in: Callable[[Actor], Client]) -> None:
    slide = world.slides("sent")[0]
    answer = sign_in(world.asker).get(reverse("slides:take_off", args=[slide.pk]))
    assert answer["Location"] == reverse("cases:detail", args=[slide.case_id]) + "#material"


def test_every_page_that_takes_a_form_answers_a_get() -> None:
    pages = [(name, pattern) for name, pattern in routes() if not name.startswith(("api-", *NOT_HERE))]
    deaf = {name for name, pattern in pages if methods(pattern) == {"POST"}}
    assert deaf == BY_SCRIPTS
