"""The objectives of the viewer where the slide is smaller than the view: the whole slide is shown, and that is said."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.slides.viewer_page import FIRST, Server, magnification, open_viewer, press, settle, until

pytestmark = [pytest.mark.browser, pytest.mark.ci]
Opener = Callable[..., Page]


def whole(page: Page) -> float:
    """The magnification of the whole slide, which is what is shown now."""
    return magnification(page)


def resize(page: Page, width: int, height: int) -> None:
    """Another size of the window, and the whole slide in it as soon as the viewer has noticed."""
    before = whole(page)

    def has_noticed() -> bool:
        page.keyboard.press("0")
        return whole(page) != before

    page.set_viewport_size({"width": width, "height": height})
    until(page, has_noticed)


def pressed(page: Page) -> list[str]:
    """The objectives that say that they are the one that is shown."""
    settle(page)
    return page.locator('[data-objective][aria-pressed="true"]').all_inner_texts()


def corners(page: Page) -> list[tuple[float, float]]:
    """The corners of the view on the slide, in pixels of the slide."""
    settle(page)
    points = page.get_attribute("[data-navigator] polygon", "points") or ""
    return [(float(x), float(y)) for x, y in (point.split(",") for point in points.split())]


def shows_all(page: Page, side: int = 4096) -> bool:
    """Whether the whole slide is in the view, and touches two of its sides."""
    points = corners(page)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    inside = min(xs) <= 1 and min(ys) <= 1 and max(xs) >= side - 1 and max(ys) >= side - 1
    return inside and min(max(xs) - min(xs), max(ys) - min(ys)) < side * 1.02


@pytest.fixture(params=[pytest.param(0.25, id="40x"), pytest.param(0.5, id="20x")])
def page(open_page: Opener, viewer_server: Server, request: pytest.FixtureRequest) -> Page:
    """A slide that was scanned at 40x or at 20x, as large as the view at some magnification above 1x."""
    viewer_server.meta[FIRST]["mpp"] = request.param
    page = open_viewer(open_page, viewer_server)
    resize(page, 1440, 820)
    assert whole(page) > 1.5
    return page


def test_an_objective_below_the_view_shows_the_whole_slide_and_says_so(page: Page) -> None:
    fits = whole(page)
    ways: dict[str, Callable[[], None]] = {
        "button": lambda: page.click('[data-objective="1"]'),
        "key": lambda: press(page, "1", "Digit1"),
        "typed": lambda: type_magnification(page, "1"),
    }
    for way, choose in ways.items():
        page.click('[data-objective="20"]')
        assert pressed(page) == ["20x"]
        choose()
        assert magnification(page) == pytest.approx(fits, abs=0.1), way
        assert shows_all(page), way
        assert pressed(page) == [], "no button claims a magnification that is not shown"
        expect(page.locator("[data-whole]")).to_be_visible()
        expect(page.locator("[data-live]")).to_have_text(
            f"1x is smaller than the view: the whole slide is shown, at {fits:g}x."
        )


def type_magnification(page: Page, wanted: str) -> None:
    """Into the field of the toolbar."""
    page.fill("[data-magnification]", wanted)
    page.press("[data-magnification]", "Enter")


def test_such_an_objective_says_before_what_it_shows(page: Page) -> None:
    fits = f"{whole(page):g}x"
    one = page.locator('[data-objective="1"]')
    expect(one).to_have_attribute("aria-label", f"1x, smaller than the view: shows the whole slide at {fits}")
    expect(one).to_have_class("cs-vbtn cs-hide-md is-off")
    ten = page.locator('[data-objective="10"]')
    expect(ten).to_have_class("cs-vbtn")
    assert ten.get_attribute("aria-label") is None


def test_above_it_an_objective_is_what_it_says_and_the_slide_is_not_whole(page: Page) -> None:
    page.click('[data-objective="20"]')
    assert magnification(page) == pytest.approx(20, abs=0.1)
    expect(page.locator("[data-whole]")).to_be_hidden()
    assert pressed(page) == ["20x"]


def test_a_smaller_view_makes_room_for_a_smaller_objective(page: Page) -> None:
    fits = whole(page)
    resize(page, 1440, 330)
    page.click('[data-objective="20"]')
    page.click('[data-objective="1"]')
    assert magnification(page) < fits
    assert shows_all(page)


def test_a_slide_that_is_turned_is_shown_whole_as_it_lies(page: Page) -> None:
    straight = whole(page)
    for _ in range(9):
        press(page, ".", "Period")  # by 5 degrees
    page.click('[data-objective="20"]')
    page.click('[data-objective="1"]')
    assert magnification(page) < straight * 0.8
    expect(page.locator("[data-degrees]")).to_have_text("45°")
    expect(page.locator("[data-whole]")).to_be_visible()


def test_on_a_narrow_screen_the_tools_stay_in_one_row_and_nothing_is_covered(
    open_page: Opener, viewer_server: Server
) -> None:
    page = open_viewer(open_page, viewer_server)
    expect(page.locator("[data-whole]")).to_be_visible()
    tops = page.locator(".cs-vbar > .cs-vbtn:visible").evaluate_all("all => all.map((each) => each.offsetTop)")
    assert len(set(tops)) == 1
    facts, overview = page.locator("[data-facts]").bounding_box(), page.locator("[data-navigator]").bounding_box()
    assert facts and overview
    assert facts["x"] + facts["width"] <= overview["x"], "and what is said lies beside the overview"


@pytest.mark.parametrize("leaves", ["Enter", "Tab"])
@pytest.mark.parametrize("typed", ["abc", "-3"])
def test_what_is_no_magnification_is_refused_in_words_and_stays_to_be_mended(
    page: Page, typed: str, leaves: str
) -> None:
    before, field = whole(page), page.locator("[data-magnification]")
    field.fill(typed)
    field.press(leaves)
    why = f"“{typed}” is no magnification. Type a number above 0, such as 10 or 12.5."
    expect(page.locator("[data-magnification-problem]")).to_have_text(why)
    expect(page.locator("[data-magnification-problem]")).to_be_visible()
    expect(page.locator("[data-live]")).to_have_text(why)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(why)
    press(page, "ArrowRight", "ArrowRight")
    settle(page)
    expect(field).to_have_value(typed)
    field.fill(f"{before:g}")
    field.press("Enter")
    expect(page.locator("[data-magnification-problem]")).to_be_hidden()
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_another_magnification_takes_the_refused_one_away(page: Page) -> None:
    field = page.locator("[data-magnification]")
    field.fill("abc")
    field.press("Tab")
    expect(field).to_have_attribute("aria-invalid", "true")
    page.click('[data-objective="20"]')
    assert magnification(page) == pytest.approx(20, abs=0.1)
    expect(page.locator("[data-magnification-problem]")).to_be_hidden()
