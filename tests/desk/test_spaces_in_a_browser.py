"""What stands close to what, in a real browser: nothing sticks to the box or the rule above it."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page

from tests.accounts.second_factor import give_app
from tests.accounts.test_sign_in_in_a_browser import (  # noqa: F401 - fixtures
    by_app,
    database_beside_the_driver,
    sit_down,
    site,
)
from tests.cast import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.commits, pytest.mark.usefixtures("own_cache")]
SitDown = Callable[[], Page]
SPACE = 10  # pixels


def between(above: Locator, below: Locator) -> float:
    """How many pixels are free between two things."""
    first, second = above.bounding_box(), below.bounding_box()
    assert first and second
    return second["y"] - first["y"] - first["height"]


def test_nothing_sticks_on_the_list_for_the_patient(world: World, sit_down: SitDown) -> None:  # noqa: F811
    page = sit_down()
    give_app(world.user("staff"))
    by_app(page, world.user("staff"))
    page.goto(reverse("desk:looked_print", args=[world.case("sent").patient_id]))
    paper = page.locator(".cs-paper")
    assert between(paper.locator(".cs-paper__top"), paper.locator("h1")) > SPACE
    assert between(paper.locator("dl"), paper.locator("dl + p")) > SPACE


def test_the_first_question_keeps_away_from_the_rule_of_a_refusal(
    world: World,
    sit_down: SitDown,  # noqa: F811
) -> None:
    page = sit_down()
    give_app(world.user("stranger"))
    by_app(page, world.user("stranger"))
    page.goto(reverse("emergency:open"))
    page.locator("[name=organisation]").select_option(value=str(world.asker.organisation))
    page.locator("[name=accession_number]").fill("N-none")
    page.locator("[name=reason]").select_option("emergency_care")
    page.locator("[name=note]").fill("Bleeding in theatre")
    page.locator("form.cs-entry [name=password]").evaluate("(field, given) => { field.value = given }", PASSWORD)
    page.get_by_role("button", name="Open the case").click()
    note = page.locator("form.cs-entry > .cs-note")
    note.wait_for()
    assert between(note, page.locator("form.cs-entry > .cs-note ~ *:visible").first) > SPACE
