"""The search over the page, by keyboard alone: it opens, offers, announces, goes where one chooses, and forgets."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.ui.shell_server import Route

pytestmark = [pytest.mark.browser, pytest.mark.ci]
Opener = Callable[..., Page]
ACTOR = SimpleNamespace(name="Dr Ilse Voorbeeld", person="p-1", organisation_name="Noordkust", membership=None)
NOTHING = '<div data-status="Nothing found that you may see."></div>'
OPTION = (
    '<div class="cs-palette__o" role="option" id="{id}" aria-selected="false" data-url="{url}"><b>{title}</b></div>'
)
FOUND = (
    '<div data-status="2 results"><div role="group" aria-labelledby="g"><div class="cs-palette__g" id="g"'
    ' role="presentation">Cases</div>'
    + OPTION.format(id="o-1", url="/cases/1/", title="H26-1")
    + OPTION.format(id="o-2", url="/cases/2/", title="H26-2")
    + "</div></div>"
)


@pytest.fixture
def asked() -> list[str]:
    """What was sent to the palette's address."""
    return []


@pytest.fixture
def page(open_page: Opener, asked: list[str]) -> Page:
    """A page with the box; whatever holds "26" finds two cases."""

    def answer(route: Route) -> None:
        asked.append(f"{route.request.method} {route.request.url} {route.request.post_data}")
        if "/palette/" in route.request.url:
            body = FOUND if "26" in (route.request.post_data or "") else NOTHING
            status = 429 if "often" in (route.request.post_data or "") else 200
            route.fulfill(status=status, body=body, content_type="text/html")
        else:
            route.fulfill(status=200, body="<h1>elsewhere</h1>", content_type="text/html")

    return open_page(
        '<h1>Test</h1><label>Note <input id="note"></label>',
        answer=answer,
        actor=ACTOR,
        search_url="/search/",
        palette_url="/search/palette/",
        attributes="",
    )


def test_a_case_is_reached_by_keyboard_alone_and_what_was_typed_is_in_no_address(page: Page, asked: list[str]) -> None:
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Name, number or words")
    expect(field).to_be_focused()
    page.keyboard.type("h26")
    expect(page.get_by_role("status").filter(has_text="2 results")).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(field).to_have_attribute("aria-activedescendant", "o-1")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "o-2")
    expect(page.get_by_role("option", name="H26-2")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "o-1")
    page.keyboard.press("ArrowUp")
    assert faults(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/2/")
    assert [each for each in asked if "h26" in each.partition(" ")[2].partition(" ")[0]] == []


def test_escape_gives_the_focus_back_and_forgets_what_was_typed(page: Page) -> None:
    page.get_by_role("link", name="Search or jump to").focus()
    page.keyboard.press("/")
    page.keyboard.type("h26")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox")).to_have_count(0)
    expect(page.get_by_role("link", name="Search or jump to")).to_be_focused()
    assert page.locator("#palette input[name=text]").input_value() == ""
    assert page.locator("#palette-list").inner_html() == ""


def test_a_slash_is_a_slash_where_one_types(page: Page) -> None:
    page.get_by_label("Note").focus()
    page.keyboard.type("1/2")
    expect(page.get_by_label("Note")).to_have_value("1/2")
    expect(page.get_by_role("combobox")).to_have_count(0)


def test_one_keystroke_after_the_other_asks_once(page: Page, asked: list[str]) -> None:
    page.keyboard.press("Meta+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Nothing found")).to_be_visible()  # asked once, at opening
    page.clock.install(time=0)
    page.clock.pause_at(600_000)  # the page's time stands still between two keys, however slow the test is
    for letter in "h26-0001":
        page.keyboard.type(letter)
        page.clock.run_for(50)
    assert len(asked) == 1
    page.clock.run_for(1000)
    expect(page.get_by_role("option")).to_have_count(2)
    assert [each.partition("text=")[2] for each in asked] == ["", "h26-0001"]


def test_enter_before_anything_was_found_goes_to_the_page_of_results_by_post(page: Page, asked: list[str]) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("h26-0001\n")
    page.wait_for_url("**/search/")
    assert any(each.startswith("POST") and each.split(" ")[1].endswith("/search/") for each in asked)


def test_a_refusal_is_said_in_words(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("often")
    expect(page.get_by_role("status").filter(has_text="Too many attempts")).to_be_visible()
