"""The answering laboratory's own number stands in the patient's banner as soon as the panel has saved it."""

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.ui.shell_server import Route

pytestmark = pytest.mark.browser
CONTENT = """<h1>Workbench</h1>
{% include "components/patient_banner.html" with view=banner %}
<script src="/static/slides/second-number.mjs" type="module"></script>
<div data-second-label="South"></div>
<form id="number" data-autosave-url="/number" data-version="3"><label for="n">Number</label>
<input id="n" name="accession_number"><span data-autosave-status></span></form>"""


@pytest.fixture
def refusals() -> Iterator[list[int]]:
    """Statuses of the next saves; without any they succeed."""
    yield []


@pytest.fixture
def workbench(open_page: Callable[..., Page], refusals: list[int]) -> Callable[[str], Page]:
    """The page, with the number that the laboratory has given already."""

    def answer(route: Route) -> None:
        if refusals:
            route.fulfill(status=refusals.pop(), body=json.dumps({"title": "No"}), content_type="application/json")
        else:
            route.fulfill(body=json.dumps({"version": 4, "time": "10:00"}), content_type="application/json")

    def show(number: str) -> Page:
        banner = SimpleNamespace(
            name_family="Vermeer", accession_number="N-1", organisation_short="North", second_accession_number=number
        )
        return open_page(CONTENT, answer=answer, banner=banner)

    return show


def _give(page: Page, number: str) -> None:
    page.fill("#n", number)
    page.keyboard.press("Tab")


def test_a_number_given_for_the_first_time_comes_into_the_banner(workbench: Callable[[str], Page]) -> None:
    page = workbench("")
    facts = page.locator(".cs-patient dl")
    expect(facts).not_to_contain_text("South")
    _give(page, " EXP-7 ")
    expect(facts.locator("div", has_text="South")).to_have_text("South EXP-7".replace(" ", ""))
    _give(page, "EXP-8")
    expect(facts.locator("[data-second-number]")).to_have_text(["EXP-8"])


def test_a_corrected_number_takes_the_place_of_the_first(workbench: Callable[[str], Page]) -> None:
    page = workbench("EXP-1")
    _give(page, "EXP-2")
    expect(page.locator(".cs-patient [data-second-number]")).to_have_text(["EXP-2"])


def test_what_is_not_saved_is_not_in_the_banner(workbench: Callable[[str], Page], refusals: list[int]) -> None:
    refusals.append(422)
    page = workbench("EXP-1")
    _give(page, "EXP-2")
    expect(page.locator("[data-autosave-status]")).to_contain_text("No")
    expect(page.locator(".cs-patient [data-second-number]")).to_have_text(["EXP-1"])
