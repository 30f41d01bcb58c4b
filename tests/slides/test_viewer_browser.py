"""The viewer in a real browser: keys of every keyboard, magnification, one slide at a time, what stands beside it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.slides.viewer_page import FIRST, GLASS, SECOND, Server, magnification, open_viewer, press, settle, until

pytestmark = pytest.mark.browser
Opener = Callable[..., Page]


def test_a_slide_that_was_drawn_counts_as_opened_once(viewer: Page, viewer_server: Server) -> None:
    assert viewer_server.told.count("opened 1") == 1
    expect(viewer.locator("[data-unopened-text]")).to_have_text("Slides not opened: 2 of 3")
    expect(viewer.locator("[data-unopened-links] a")).to_have_text(["A1-2 H&E", "A1-3 H&E (no image)"])


PLUS_AND_MINUS = {
    "English": ("Equal", "Minus"),
    "Swedish": ("Minus", "Slash"),
    "Belgian": ("Slash", "Equal"),
    "French": ("Equal", "Digit6"),
    "number pad": ("NumpadAdd", "NumpadSubtract"),
}


def test_plus_and_minus_do_what_is_printed_on_them(viewer: Page) -> None:
    viewer.keyboard.press("4")
    assert magnification(viewer) == 10
    for layout, (plus, minus) in PLUS_AND_MINUS.items():
        press(viewer, "+", plus)
        assert magnification(viewer) == pytest.approx(15, abs=0.1), layout
        press(viewer, "-", minus)
        assert magnification(viewer) == pytest.approx(10, abs=0.1), layout


def test_digits_are_objectives_by_their_place_also_where_they_print_something_else(viewer: Page) -> None:
    for code, printed, power in (("Digit4", "'", 10), ("Digit6", "§", 40), ("Digit5", "(", 20), ("Digit7", "è", 40)):
        press(viewer, printed, code)
        assert magnification(viewer) == pytest.approx(power, abs=0.1)


def test_brackets_need_altgr_on_many_keyboards(viewer: Page) -> None:
    press(viewer, "]", "Digit9", ctrlKey=True, altKey=True, modifierAltGraph=True)
    expect(viewer.locator(f'[data-slide="{SECOND}"]')).to_have_attribute("aria-current", "true")
    press(viewer, "[", "Digit8", ctrlKey=True, altKey=True, modifierAltGraph=True)
    expect(viewer.locator(f'[data-slide="{FIRST}"]')).to_have_attribute("aria-current", "true")


def test_an_objective_above_the_scan_is_grey_and_called_digital_zoom(open_page: Opener, viewer_server: Server) -> None:
    viewer_server.meta[FIRST]["mpp"] = 0.5
    page = open_viewer(open_page, viewer_server)
    forty = page.locator('[data-objective="40"]')
    expect(forty).to_have_class("cs-vbtn is-off")
    expect(forty).to_have_attribute("aria-label", "40x, above the scan's own 20x: digital zoom")
    expect(page.locator("[data-digital]")).to_be_hidden()
    forty.click()
    expect(page.locator("[data-digital]")).to_be_visible()


def test_without_a_scale_no_magnification_is_guessed(open_page: Opener, viewer_server: Server) -> None:
    viewer_server.meta[FIRST]["mpp"] = None
    page = open_viewer(open_page, viewer_server)
    assert page.input_value("[data-magnification]") == "x n/a"
    expect(page.locator("[data-magnification]")).to_be_disabled()
    expect(page.locator('[data-objective="10"]')).to_be_disabled()
    expect(page.locator("[data-scale]")).to_be_hidden()
    expect(page.locator("[data-facts] [data-mpp]")).to_have_text("No scale in the file")


def test_a_magnification_can_be_typed_with_comma_or_point(viewer: Page) -> None:
    for typed, power in (("12,5", 12.5), ("7.5x", 7.5), ("30", 30)):
        viewer.fill("[data-magnification]", typed)
        viewer.keyboard.press("Enter")
        assert magnification(viewer) == pytest.approx(power, abs=0.1)


def test_the_scale_bar_is_round_and_as_long_as_it_says(viewer: Page) -> None:
    for key in "3456":
        viewer.keyboard.press(key)
        power = magnification(viewer)
        number, unit = viewer.inner_text("[data-scale-text]").split()
        assert number in {"1", "2", "5", "10", "20", "50", "100", "200", "500"}
        length = float(number) * (1000 if unit == "mm" else 1)
        width = float(viewer.get_attribute("[data-scale] svg", "width") or 0)
        assert width == pytest.approx(length * power / 10, abs=1), "10x shows 10 µm on 10 pixels of the screen"


def test_the_slide_turns_and_says_so(viewer: Page) -> None:
    for key, degrees in (("r", "90°"), ("R", "0°"), (".", "5°"), (",", "0°"), (",", "355°"), ("0", "0°")):
        viewer.keyboard.press("Shift+R" if key == "R" else key)
        expect(viewer.locator("[data-degrees]")).to_have_text(degrees)


def test_arrows_move_the_view_and_shift_moves_it_half_a_screen(viewer: Page) -> None:
    viewer.keyboard.press("5")

    def place() -> list[float]:
        points = viewer.get_attribute("[data-navigator] polygon", "points") or ""
        return [float(number) for number in points.split()[0].split(",")]

    settle(viewer)
    start = place()
    viewer.keyboard.press("ArrowRight")
    settle(viewer)
    near = place()
    assert near[0] > start[0]
    assert near[1] == pytest.approx(start[1], abs=2)
    viewer.keyboard.press("Shift+ArrowLeft")
    settle(viewer)
    assert place()[0] - near[0] < -(near[0] - start[0])


def test_the_position_is_said_on_request_and_not_before(viewer: Page) -> None:
    live = viewer.locator("[data-live]")
    expect(live).to_have_text("")
    viewer.keyboard.press("i")
    expect(live).to_contain_text("slide A1-1 H&E, centre 512 µm from the left and 512 µm from the top")


def test_keys_are_letters_in_a_text_and_off_when_switched_off(viewer: Page) -> None:
    viewer.keyboard.press("4")
    viewer.locator("#text").focus()
    viewer.keyboard.type("r5+n")
    assert viewer.input_value("#text") == "r5+n"
    assert magnification(viewer) == 10
    viewer.locator("[data-stage]").focus()
    viewer.evaluate("document.documentElement.dataset.singleKeys = 'off'")
    viewer.keyboard.press("5")
    viewer.keyboard.press("+")
    assert magnification(viewer) == 10


def test_f6_goes_round_tray_viewer_and_panel_also_out_of_a_text(viewer: Page) -> None:
    viewer.locator("#text").focus()
    for selector in (f'[data-slide="{FIRST}"]', "[data-stage]", "[data-panel]"):
        viewer.keyboard.press("F6")
        expect(viewer.locator(selector)).to_be_focused()


def test_the_tab_order_reaches_every_tool_and_the_slide_has_a_name(viewer: Page) -> None:
    stage = viewer.locator("[data-stage]")
    expect(stage).to_have_attribute("role", "application")
    viewer.keyboard.press("4")
    expect(stage).to_have_attribute("aria-label", "Slide A1-1 H&E, 10x")
    reached = set()
    viewer.locator(f'[data-slide="{GLASS}"]').focus()
    for _ in range(30):
        viewer.keyboard.press("Tab")
        reached.add(
            viewer.evaluate("document.activeElement.dataset.do ?? document.activeElement.dataset.objective ?? ''")
        )
    tools = {"1", "2", "4", "10", "20", "40", "in", "out", "fit", "rotate", "navigator", "previous", "next", "full"}
    hidden = set() if viewer.viewport_size and viewer.viewport_size["width"] > 1279 else {"1", "2"}
    assert tools - hidden <= reached
    assert viewer.evaluate("document.querySelector('.openseadragon-canvas').tabIndex") == -1


def test_one_slide_at_a_time_is_on_the_stage(viewer: Page, viewer_server: Server) -> None:
    for _ in range(4):
        viewer.keyboard.press("]")
        expect(viewer.locator(f'[data-slide="{SECOND}"][data-opened]')).to_be_visible()
        viewer.keyboard.press("[")
        expect(viewer.locator(f'[data-slide="{FIRST}"]')).to_have_attribute("aria-current", "true")
        expect(viewer.locator(".openseadragon-container")).to_have_count(1)
    until(viewer, lambda: "closed 1" in viewer_server.told)


def test_what_is_not_as_expected_stands_beside_the_slide_and_in_full_in_the_panel(
    open_page: Opener,
    viewer_server: Server,
) -> None:
    sentence = "The scanner left out some parts of the image; they are shown white."
    viewer_server.meta[FIRST]["warnings"] = [
        {"short": "parts left out", "text": sentence},
        {"short": "no scale", "text": "N."},
    ]
    page = open_viewer(open_page, viewer_server)
    strip = page.locator("[data-warnings]")
    expect(strip).to_be_visible()
    expect(strip).to_have_attribute("role", "status")
    expect(strip.locator("li")).to_have_text(["parts left out", "no scale"])
    strip.get_by_role("link", name="About this slide").click()
    expect(page.locator("#about-slide")).to_be_focused()
    facts = page.locator("[data-about]")
    expect(facts).to_contain_text(sentence)
    page.click(f'[data-slide="{SECOND}"]')
    expect(strip).to_be_hidden()
    expect(facts).not_to_contain_text(sentence)
    page.click(f'[data-slide="{FIRST}"]')
    expect(strip).to_be_visible()
    page.click(f'[data-slide="{GLASS}"]')
    expect(strip).to_be_hidden()


def test_the_facts_of_a_slide_are_names_with_values(open_page: Opener, viewer_server: Server) -> None:
    viewer_server.meta[FIRST] |= {
        "note": "recut",
        "warnings": [{"short": "a", "text": "One."}, {"short": "b", "text": "Two."}],
    }
    page = open_viewer(open_page, viewer_server)
    told = page.evaluate(
        "[...document.querySelectorAll('[data-about] > *')].map((each) => [each.tagName, each.innerText])"
    )
    assert told == [
        ["DT", "Slide"],
        ["DD", "A1-1"],
        ["DT", "Stain"],
        ["DD", "H&E"],
        ["DT", "Part"],
        ["DD", "A, A1, arm"],
        ["DT", "Note"],
        ["DD", "recut"],
        ["DT", "Colours"],
        ["DD", "sRGB"],
        ["DT", "Warnings"],
        ["DD", "One."],
        ["DD", "Two."],
    ]


def test_full_screen_keeps_nothing_but_the_slide_beside_the_patient(viewer: Page) -> None:
    viewer.keyboard.press("g")
    expect(viewer.locator("[data-tray]")).to_be_hidden()
    expect(viewer.locator("[data-panel]")).to_be_hidden()
    viewer.keyboard.press("g")
    expect(viewer.locator("[data-tray]")).to_be_visible()
