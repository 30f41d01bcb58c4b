"""The viewer in a real browser when something is not as it should be: no image, no sign-in, no connection, no tile."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.slides.viewer_page import FIRST, GLASS, SECOND, Server, magnification, open_viewer, until

pytestmark = [pytest.mark.browser, pytest.mark.ci]
Opener = Callable[..., Page]


def test_a_slide_without_pixels_says_so_and_leaves_nothing_of_the_one_before(viewer: Page) -> None:
    viewer.click(f'[data-slide="{GLASS}"]')
    expect(viewer.locator("[data-message]")).to_have_text("No image: glass.")
    expect(viewer.locator(".openseadragon-container")).to_have_count(0)


def test_a_slide_that_is_being_prepared_opens_by_itself(open_page: Opener, viewer_server: Server) -> None:
    whole = dict(viewer_server.meta[FIRST])
    moving = {"status": "preparing", "status_text": "Being prepared", "progress": 40, "step": "Making the overview"}
    viewer_server.meta[FIRST] = whole | moving | {"levels": [], "version": ""}
    page = open_viewer(open_page, viewer_server, ready=False)
    expect(page.locator("[data-message]")).to_contain_text("40 per cent: Making the overview")
    viewer_server.meta[FIRST] = whole
    expect(page.locator(f'[data-slide="{FIRST}"][data-opened]')).to_be_visible(timeout=10_000)
    expect(page.locator("[data-message]")).to_have_text("")


def test_an_unreadable_slide_says_why_and_is_tried_again(open_page: Opener, viewer_server: Server) -> None:
    whole = dict(viewer_server.meta[FIRST])
    words = {"status": "unreadable", "status_text": "Cannot be shown", "problem": "The file is incomplete."}
    viewer_server.meta[FIRST] = whole | words | {"levels": [], "version": ""}
    viewer_server.retried = whole
    page = open_viewer(open_page, viewer_server, ready=False)
    expect(page.locator("[data-message]")).to_contain_text("The file is incomplete.")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(f'[data-slide="{FIRST}"][data-opened]')).to_be_visible()
    expect(page.locator("[data-message]")).to_have_text("")


def test_when_access_ends_the_pixels_go_and_it_is_said(viewer: Page, viewer_server: Server) -> None:
    viewer_server.refuse = 404
    viewer.keyboard.press("6")
    expect(viewer.locator("[data-message]")).to_contain_text("Your access to this slide has ended.")
    expect(viewer.locator(".openseadragon-container")).to_have_count(0)


def test_an_expired_login_keeps_the_place_and_goes_on_after_signing_in(
    open_page: Opener,
    viewer_server: Server,
) -> None:
    actor = SimpleNamespace(name="Dr North", person="p-1", organisation_name="North", membership=None)
    page = open_viewer(open_page, viewer_server, actor=actor)
    page.locator("[data-stage]").focus()
    page.keyboard.press("6")
    until(page, lambda: magnification(page) == 40)
    viewer_server.refuse = 401
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#session-dialog")).to_be_visible()
    expect(page.locator("[data-message]")).to_contain_text("the slide stays where it is")
    viewer_server.refuse = 0
    other = page.context.new_page()
    other.route("**/*", lambda route: route.fulfill(body="<p>signed in</p>", content_type="text/html"))
    other.goto("/signed-in/")
    other.evaluate("new BroadcastChannel('consilium-session').postMessage({ person: 'p-1' })")
    expect(page.locator("#session-dialog")).to_be_hidden()
    expect(page.locator("[data-message]")).to_have_text("")
    assert magnification(page) == 40


def test_a_lost_connection_is_said_and_mended_by_itself(viewer: Page, viewer_server: Server) -> None:
    viewer_server.refuse = 503
    viewer.keyboard.press("6")
    expect(viewer.locator("[data-message]")).to_contain_text("No connection to the slide")
    viewer_server.refuse = 0
    lost = len(viewer_server.asked)
    expect(viewer.locator("[data-message]")).to_have_text("", timeout=10_000)
    until(viewer, lambda: len(viewer_server.asked) > lost)  # what could not be loaded meanwhile is asked for


def test_a_slide_of_which_no_tile_came_does_not_count_as_opened(open_page: Opener, viewer_server: Server) -> None:
    viewer_server.no_tiles = 502
    page = open_viewer(open_page, viewer_server, ready=False)
    expect(page.locator("[data-message]")).to_contain_text("No connection to the slide")
    with page.expect_request("**/tiles/**/0_0.jpg", timeout=10_000):
        pass  # asked for again after 2 s, and refused again; that 16 tiles failed does not put it off
    assert "opened 1" not in viewer_server.told
    assert page.locator(f'[data-slide="{FIRST}"][data-opened]').count() == 0
    viewer_server.no_tiles = 0
    expect(page.locator(f'[data-slide="{FIRST}"][data-opened]')).to_be_visible(timeout=30_000)
    assert viewer_server.told.count("opened 1") == 1


def test_a_tile_that_is_not_there_is_said_and_the_rest_stays(open_page: Opener, viewer_server: Server) -> None:
    """Level 1 of the made slide has 4 x 4 tiles; the whole slide on the screen needs all of them."""
    viewer_server.fails["1/2_1"] = [404] * 100
    page = open_viewer(open_page, viewer_server)
    expect(page.locator("[data-message]")).to_have_text("Part of this slide cannot be read.")
    expect(page.locator(".openseadragon-container")).to_have_count(1)
    page.locator("[data-stage]").focus()
    page.keyboard.press("4")
    assert magnification(page) == 10, "what is left can be read on"
    page.keyboard.press("]")
    expect(page.locator(f'[data-slide="{SECOND}"][data-opened]')).to_be_visible()
    expect(page.locator("[data-message]")).to_have_text("Part of this slide cannot be read.")


def test_a_tile_that_nobody_has_time_for_is_asked_for_again_without_a_word(
    open_page: Opener,
    viewer_server: Server,
) -> None:
    viewer_server.fails["1/2_1"] = [503, 503]
    page = open_viewer(open_page, viewer_server)
    until(page, lambda: viewer_server.asked.count("1/2_1") == 3)
    expect(page.locator("[data-message]")).to_have_text("")


def test_a_tile_that_stays_away_is_said_to_be_slow_and_comes_by_itself(
    open_page: Opener,
    viewer_server: Server,
) -> None:
    viewer_server.fails["1/2_1"] = [503, 503, 503]
    page = open_viewer(open_page, viewer_server)
    expect(page.locator("[data-message]")).to_contain_text("Part of this slide is slow to come.")
    expect(page.locator("[data-message]")).to_have_text("", timeout=10_000)
    until(page, lambda: viewer_server.asked.count("1/2_1") == 4)


def test_an_image_taken_off_the_slide_goes_from_the_screen_with_the_next_move(
    viewer: Page, viewer_server: Server
) -> None:
    """Its tiles may all be in the browser already, so none would be asked for and refused."""
    glass = {"status": "glass", "status_text": "No image: glass.", "version": "", "levels": []}
    viewer_server.meta[FIRST] = viewer_server.meta[FIRST] | glass
    viewer.keyboard.press("3")
    expect(viewer.locator("[data-message]")).to_have_text("No image: glass.")
    expect(viewer.locator(".openseadragon-container")).to_have_count(0)
    button = viewer.locator(f'[data-slide="{FIRST}"]')
    expect(button.locator("img")).to_have_count(0)
    expect(button.locator("[data-mark]")).to_have_text("no image")
    expect(button).not_to_have_attribute("data-opened", "")
