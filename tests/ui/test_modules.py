"""The page's own modules in a real browser: keys, dialogs, menus, messages, and what refusals look like."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.ui.shell_server import Route

pytestmark = pytest.mark.browser
Opener = Callable[..., Page]

LIST = """
<h1>List</h1>{% datatable caption="Cases" keys=True %}<tbody>
<tr><th scope="row"><a class="cs-id" href="#one">one</a></th>
<td><button type="button" data-key="a">Accept one</button></td></tr>
<tr><th scope="row"><a class="cs-id" href="#two">two</a></th>
<td><button type="button" data-key="a">Accept two</button></td></tr>
</tbody>{% enddatatable %}<input id="search" aria-label="Search">
"""


def test_keys_move_through_a_list_and_act_on_the_chosen_row_only(open_page: Opener) -> None:
    page = open_page(LIST)
    page.evaluate("window.chosen = []; addEventListener('click', (e) => window.chosen.push(e.target.textContent))")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="one")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="two")).to_be_focused()
    assert page.locator("tr.is-sel").count() == 1
    page.keyboard.press("a")
    assert page.evaluate("window.chosen") == ["Accept two"]
    page.keyboard.press("k")
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile("#one$"))


def test_keys_are_text_in_a_text_field(open_page: Opener) -> None:
    page = open_page(LIST)
    page.locator("#search").press_sequentially("jo?a")
    assert page.input_value("#search") == "jo?a"
    assert page.locator("tr.is-sel").count() == 0
    assert page.locator("dialog[open]").count() == 0


def test_a_question_mark_lists_the_keys_and_single_letters_can_be_switched_off(open_page: Opener) -> None:
    page = open_page(LIST)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("Next row")
    dialog.get_by_label("Use single-letter keys").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("j")
    assert page.locator("tr.is-sel").count() == 0
    page.keyboard.press("?")
    expect(dialog).to_be_visible()


def test_a_dialog_keeps_the_focus_and_gives_it_back(open_page: Opener) -> None:
    page = open_page(
        '<h1>A</h1><button type="button" data-dialog-open="d">Open it</button>'
        '{% dialog id="d" title="Sure?" %}<div class="cs-dialog__b"><button type="button" data-dialog-close>No</button>'
        "</div>{% enddialog %}"
    )
    page.get_by_role("button", name="Open it").press("Enter")
    expect(page.get_by_role("button", name="No")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Open it")).to_be_focused()


def test_a_key_that_opens_a_menu_moves_the_focus_into_it(open_page: Opener) -> None:
    menu = '<details data-menu><summary data-key="/">Filter</summary><a id="first" href="#x">Any</a></details>'
    page = open_page("<h1>A</h1>" + menu)
    page.keyboard.press("/")
    expect(page.locator("summary", has_text="Filter")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#first")).to_be_focused()


def test_a_menu_closes_with_escape_and_when_the_focus_leaves(open_page: Opener) -> None:
    page = open_page("<h1>A</h1>")
    menu = page.locator("details", has_text="language")
    menu.locator("summary").press("Enter")
    assert menu.get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").press("Enter")
    page.locator("#main").focus()
    assert menu.get_attribute("open") is None


@pytest.mark.parametrize(
    ("status_code", "said"),
    [
        (403, "You may not do this."),
        (404, "This does not exist, or not for you."),
        (409, "This has changed in the meantime."),
        (500, "Something went wrong on our side."),
    ],
)
def test_htmx_says_what_was_refused(open_page: Opener, status_code: int, said: str) -> None:
    page = open_page(
        '<h1>A</h1><button type="button" hx-post="/do/" hx-target="#main">Do it</button>',
        answer=lambda route: route.fulfill(status=status_code, body="", content_type="text/plain"),
    )
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("#alerts")).to_contain_text(said)


def test_what_asks_by_itself_stops_once_it_is_refused(open_page: Opener) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        if route.request.url.endswith("/news/"):
            asked.append(route.request.url)
        route.fulfill(status=404, body="", content_type="text/plain")

    page = open_page(
        '<h1>A</h1><div id="news" data-quiet hx-get="/news/" hx-trigger="live:changed from:body, every 60ms"></div>',
        answer=answer,
    )
    expect(page.locator("#news[hx-get]")).to_have_count(0)
    before = len(asked)
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:changed'))")
    page.evaluate("() => new Promise((done) => setTimeout(done, 200))")
    assert len(asked) == before <= 2
    expect(page.locator("#alerts")).to_be_empty()


def test_htmx_shows_the_servers_own_words_and_forgets_them_at_the_next_success(open_page: Opener) -> None:
    answers = [(409, '<div class="cs-note"><p>Dr Prov was faster.</p></div>'), (200, "<h2>Done</h2>")]

    def answer(route: Route) -> None:
        code, body = answers.pop(0)
        route.fulfill(status=code, body=body, content_type="text/html")

    page = open_page(
        '<h1>A</h1><button type="button" hx-post="/do/" hx-target="#here">Do it</button><div id="here"></div>',
        answer=answer,
    )
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("#alerts")).to_contain_text("Dr Prov was faster.")
    expect(page.get_by_role("button", name="Reload")).to_be_visible()
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    expect(page.locator("#alerts")).to_be_empty()


def test_a_form_with_errors_is_put_in_place_by_htmx(open_page: Opener) -> None:
    page = open_page(
        '<h1>A</h1><div id="here"></div><button type="button" hx-post="/do/" hx-target="#here">Do it</button>',
        answer=lambda route: route.fulfill(status=422, body="<p>Say why.</p>", content_type="text/html"),
    )
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("#here")).to_have_text("Say why.")


def test_a_success_is_said_and_can_be_closed(open_page: Opener) -> None:
    page = open_page("<h1>A</h1>", messages=[SimpleNamespace(level=25)])
    toast = page.locator(".cs-toast")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_have_count(0)


def test_the_system_theme_is_followed_from_the_first_paint(open_page: Opener) -> None:
    page = open_page("<h1>A</h1>", theme="system")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
