"""The page's own modules in a real browser: saving by itself, keys, dialogs, and what refusals look like."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser
Opener = Callable[..., Page]

FORM = """
<h1>Opinion</h1>
<form id="opinion" method="post" data-autosave-url="/save/" data-version="1">
<label for="text">Text</label><textarea id="text" name="text">as it was</textarea>
<label for="site">Site</label><input id="site" name="site" value="skin"><input type="hidden" name="version" value="1">
<span data-autosave-status role="status"></span><button>Send</button></form>
<input id="elsewhere" data-version-of="opinion" value="1"><button id="other" type="button">Other</button>
"""
LIST = """
<h1>List</h1>{% datatable caption="Cases" keys=True %}<tbody>
<tr><th scope="row"><a class="cs-id" href="#one">one</a></th>
<td><button type="button" data-key="a">Accept one</button></td></tr>
<tr><th scope="row"><a class="cs-id" href="#two">two</a></th>
<td><button type="button" data-key="a">Accept two</button></td></tr>
</tbody>{% enddatatable %}<input id="search" aria-label="Search">
"""
ACTOR = SimpleNamespace(name="Dr Ilse Voorbeeld", person="p-1", organisation_name="Noordkust", membership=None)


class Server:
    """Answers /save/ in turn, the last answer again and again; keeps what was sent."""

    def __init__(self, *answers: tuple[int, dict[str, object]] | None) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, str]] = []

    def __call__(self, route: Route) -> None:
        request = route.request
        if not request.url.endswith("/save/"):
            route.fulfill(status=204)
            return
        fields = parse_qs(request.post_data or "", keep_blank_values=True)
        self.sent.append((request.headers["if-match"], fields["text"][0]))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            route.abort()
            return
        status, body = answer
        route.fulfill(status=status, body=json.dumps(body), content_type="application/problem+json")


def status(page: Page) -> Page:
    return page.locator("[data-autosave-status]")  # type: ignore[return-value]  # only for expect()


def test_what_is_typed_saves_itself_with_the_version_that_was_on_the_screen(open_page: Opener) -> None:
    server = Server((200, {"version": 2, "time": "14:02"}), (200, {"version": 3, "time": "14:03"}))
    page = open_page(FORM, answer=server)
    page.fill("#text", "first")
    page.locator("#site").focus()
    expect(status(page)).to_have_text("Saved 14:02")
    page.fill("#text", "second")
    page.locator("#other").focus()
    expect(status(page)).to_have_text("Saved 14:03")
    assert server.sent == [('"1"', "first"), ('"2"', "second")]
    assert page.input_value("#elsewhere") == "3"
    assert page.locator("[name=version]").input_value() == "3"


def test_what_is_put_back_as_it_was_is_not_called_unsaved(open_page: Opener) -> None:
    server = Server((200, {"version": 2, "time": "14:02"}))
    page = open_page(FORM, answer=server)
    page.fill("#text", "more")
    page.fill("#text", "as it was")
    page.locator("#other").focus()
    expect(status(page)).to_have_text("")
    page.fill("#text", "first")
    page.locator("#site").focus()
    expect(status(page)).to_have_text("Saved 14:02")
    page.locator("#text").press_sequentially("x")
    expect(status(page)).to_have_text("Not saved yet")
    page.fill("#text", "first")
    page.locator("#site").focus()
    expect(status(page)).to_have_text("Saved 14:02")
    assert [text for _, text in server.sent] == ["first"]


def test_it_saves_a_second_and_a_half_after_the_last_key_and_not_before(open_page: Opener) -> None:
    server = Server((200, {"version": 2, "time": "14:02"}))
    page = open_page(FORM, answer=server)
    page.clock.install()
    page.fill("#text", "slowly")
    page.clock.run_for(1400)
    assert server.sent == []
    expect(status(page)).to_have_text("Not saved yet")
    page.clock.run_for(200)
    expect(status(page)).to_have_text("Saved 14:02")


def test_nothing_is_sent_while_nothing_has_changed(open_page: Opener) -> None:
    server = Server((200, {"version": 2}))
    page = open_page(FORM, answer=server)
    page.locator("#text").focus()
    page.locator("#other").focus()
    page.fill("#text", "as it was")
    page.locator("#site").focus()
    assert server.sent == []


def test_a_lost_connection_is_said_and_tried_again(open_page: Opener) -> None:
    server = Server(None, (200, {"version": 2, "time": "14:02"}))
    page = open_page(FORM, answer=server)
    page.clock.install()
    page.fill("#text", "on a train")
    page.locator("#other").focus()
    expect(status(page)).to_contain_text("no connection")
    page.clock.run_for(5000)
    expect(status(page)).to_have_text("Saved 14:02")
    assert page.input_value("#text") == "on a train"


def test_a_refused_text_says_why_and_stays(open_page: Opener) -> None:
    server = Server((422, {"title": "Invalid", "fields": {"text": "Too long."}}))
    page = open_page(FORM, answer=server)
    page.fill("#text", "long")
    page.locator("#other").focus()
    expect(status(page)).to_have_text("Not saved: Too long.")
    page.locator("#text").focus()
    page.locator("#other").focus()
    assert len(server.sent) == 1
    assert page.input_value("#text") == "long"


CONFLICT = (409, {"title": "Conflict", "current": {"version": 7, "fields": {"text": "theirs", "site": "skin"}}})


@pytest.mark.parametrize(
    ("choice", "text"), [("Keep mine", "mine"), ("Take theirs", "theirs"), ("Keep both", "mine\n\ntheirs")]
)
def test_after_a_lost_race_both_texts_are_shown_and_the_choice_is_saved(
    open_page: Opener, choice: str, text: str
) -> None:
    server = Server(CONFLICT, (200, {"version": 8, "time": "14:02"}))
    page = open_page(FORM, answer=server)
    page.fill("#text", "mine")
    page.locator("#other").focus()
    dialog = page.get_by_role("dialog", name="Two versions of this text")
    expect(dialog.locator("pre")).to_have_text(["mine", "theirs"])
    assert dialog.get_by_label("Keep mine").is_checked()
    dialog.get_by_label(choice).check()
    dialog.get_by_role("button", name="Use these texts").click()
    expect(status(page)).to_have_text("Saved 14:02")
    assert page.input_value("#text") == text
    assert server.sent[-1][0] == '"7"'


def test_both_texts_of_one_line_are_kept_apart_and_only_offered_where_there_is_room(open_page: Opener) -> None:
    answer = {"title": "Changed", "current": {"version": 7, "fields": {"site": "nape", "short": "left"}}}
    server = Server((409, answer), (200, {"version": 8, "time": "14:02"}))
    short = '<label for="short">Side</label><input id="short" name="short" value="" maxlength="8"><span data-auto'
    page = open_page(FORM.replace("<span data-auto", short), answer=server)
    page.fill("#site", "scalp")
    page.fill("#short", "right")
    page.locator("#other").focus()
    dialog = page.get_by_role("dialog", name="Two versions of this text")
    expect(dialog.get_by_label("Keep both")).to_have_count(1)
    dialog.get_by_label("Keep both").check()
    dialog.get_by_role("button", name="Use these texts").click()
    expect(page.locator("#site")).to_have_value("scalp / nape")
    expect(page.locator("#short")).to_have_value("right")


def test_closing_the_two_texts_loses_none_and_the_question_can_be_asked_again(open_page: Opener) -> None:
    server = Server(CONFLICT)
    page = open_page(FORM, answer=server)
    page.fill("#text", "mine")
    page.locator("#other").focus()
    dialog = page.get_by_role("dialog", name="Two versions of this text")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert page.input_value("#text") == "mine"
    page.get_by_role("button", name="Two versions of this text").click()
    expect(dialog.locator("pre")).to_have_text(["mine", "theirs"])
    assert len(server.sent) == 1


def test_an_expired_sign_in_keeps_the_text_and_saves_it_when_the_same_person_is_back(open_page: Opener) -> None:
    server = Server((401, {"title": "Sign in"}), (200, {"version": 2, "time": "14:02"}))
    page = open_page(FORM, answer=server, actor=ACTOR)
    page.fill("#text", "three hours of work")
    page.locator("#other").focus()
    dialog = page.get_by_role("dialog", name="You are no longer signed in")
    expect(dialog).to_be_visible()
    expect(status(page)).to_contain_text("you are no longer signed in")
    other = SimpleNamespace(**{**vars(ACTOR), "person": "p-2"})
    open_page("<h1>Back</h1>", actor=other, attributes="data-signed-in", answer=server)
    expect(dialog.get_by_text("Somebody else has signed in")).to_be_visible()
    assert len(server.sent) == 1
    open_page("<h1>Back</h1>", actor=ACTOR, attributes="data-signed-in", answer=server)
    expect(status(page)).to_have_text("Saved 14:02")
    expect(dialog).to_be_hidden()
    assert server.sent[-1][1] == "three hours of work"


def test_somebody_who_stays_on_the_page_is_not_asked_to_sign_in_by_every_key(open_page: Opener) -> None:
    server = Server((401, {"title": "Sign in"}))
    page = open_page(FORM, answer=server, actor=ACTOR)
    page.fill("#text", "one")
    page.locator("#other").focus()
    dialog = page.get_by_role("dialog", name="You are no longer signed in")
    dialog.get_by_role("button", name="Stay on this page").click()
    with page.expect_response("**/save/"):
        page.fill("#text", "two")
        page.locator("#other").focus()
    expect(status(page)).to_contain_text("you are no longer signed in")
    expect(dialog).to_be_hidden()
    status(page).get_by_role("button", name="Sign in again").click()
    expect(dialog).to_be_visible()


@pytest.mark.parametrize(("answer", "warned"), [(None, True), ((200, {"version": 2, "time": "14:02"}), False)])
def test_leaving_warns_only_while_something_is_not_saved(
    open_page: Opener, answer: tuple[int, dict[str, object]] | None, warned: bool
) -> None:
    page = open_page(FORM, answer=Server(answer))
    page.locator("#text").click()
    page.keyboard.type("more")
    page.locator("#other").click()
    expect(status(page)).to_contain_text("no connection" if warned else "Saved 14:02")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.close(run_before_unload=True)
    page.wait_for_event("close")
    assert asked == (["beforeunload"] if warned else [])


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
    assert page.url.endswith("#one")


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


ANSWER = """<dialog class="cs-dialog" id="act" aria-label="Answer"><form method="post" action="/do/" hx-post="/do/"
hx-target="#dialog-slot" hx-sync="this:drop" data-keeps><div class="cs-dialog__b">%s<label for="a">Answer</label>
<textarea id="a" name="text">%s</textarea><label><input type="radio" name="why" value="1">One</label>
<label><input type="radio" name="why" value="2">Two</label></div><button>Send</button>
<button type="button" data-dialog-close>Cancel</button></form></dialog>"""
ASKS = '<h1>A</h1><button type="button" hx-get="/do/" hx-target="#dialog-slot">Answer it</button>'


class Dialogs:
    """Answers /do/: a GET with the dialog, each POST with the next of `answers` (status, page); keeps what was sent."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.answers = list(answers)
        self.sent: list[str] = []

    def __call__(self, route: Route) -> None:
        if not route.request.url.endswith("/do/"):
            route.fulfill(status=204)
        elif route.request.method == "GET":
            route.fulfill(body=ANSWER % ("", ""), content_type="text/html")
        else:
            self.sent.append(parse_qs(route.request.post_data or "")["text"][0])
            status_code, body = self.answers.pop(0)
            headers = {"HX-Redirect": "/page/"} if status_code == 200 else {}
            route.fulfill(status=status_code, body=body, headers={"Content-Type": "text/html", **headers})


def test_what_was_typed_into_a_dialog_is_there_again_when_it_was_closed_by_mistake(open_page: Opener) -> None:
    page = open_page(ASKS, answer=Dialogs())
    page.get_by_role("button", name="Answer it").click()
    page.fill("#a", "three months, with pictures")
    page.get_by_label("Two").check()
    page.keyboard.press("Escape")
    expect(page.locator("#act")).to_have_count(0)
    page.get_by_role("button", name="Answer it").click()
    expect(page.locator("#a")).to_have_value("three months, with pictures")
    expect(page.get_by_label("Two")).to_be_checked()
    expect(page.get_by_label("One")).not_to_be_checked()


def test_a_dialog_is_sent_after_signing_in_again(open_page: Opener) -> None:
    server = Dialogs((401, "<p>Sign in</p>"), (200, ""))
    page = open_page(ASKS, answer=server, actor=ACTOR)
    page.get_by_role("button", name="Answer it").click()
    page.fill("#a", "three months")
    page.get_by_role("button", name="Send").click()
    session = page.get_by_role("dialog", name="You are no longer signed in")
    expect(session).to_be_visible()
    expect(page.locator("#a")).to_have_value("three months")
    with page.expect_navigation(url="**/page/"):
        open_page("<h1>Back</h1>", actor=ACTOR, attributes="data-signed-in", answer=server)
    assert server.sent == ["three months", "three months"]


def test_a_dialog_that_lost_the_race_or_was_refused_stays_with_the_text(open_page: Opener) -> None:
    server = Dialogs(
        (409, ANSWER % ("Withdrawn in the meantime.", "three months")), (403, "<p class='cs-note'>No.</p>")
    )
    page = open_page(ASKS, answer=server)
    page.get_by_role("button", name="Answer it").click()
    page.fill("#a", "three months")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("Withdrawn in the meantime.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text("No.")
    expect(page.locator("#a")).to_have_value("three months")


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


KEPT = """
<h1>New case</h1><span id="bell-count" hx-get="/badge/"></span>
<form id="case" method="post" action="/save/" data-keep>
<label for="text">History</label><input id="text" name="text"><button name="register" value="1">Register</button></form>
"""


def test_a_long_form_does_not_leave_for_the_sign_in_page(open_page: Opener) -> None:
    signed_in, sent = [False], list[str]()

    def answer(route: Route) -> None:
        if route.request.url.endswith("/badge/"):
            route.fulfill(status=204 if signed_in[0] else 401)
            return
        if route.request.url.endswith("/save/"):
            sent.append(route.request.post_data or "")
        route.fulfill(status=200, body="done", content_type="text/html")

    page = open_page(KEPT, answer=answer, actor=ACTOR)
    page.fill("#text", "ten minutes of typing")
    page.get_by_role("button", name="Register").click()
    dialog = page.get_by_role("dialog", name="You are no longer signed in")
    expect(dialog).to_be_visible()
    assert sent == []
    signed_in[0] = True
    with page.expect_navigation():
        open_page("<h1>Back</h1>", actor=ACTOR, attributes="data-signed-in", answer=answer)
    assert [parse_qs(each) for each in sent] == [{"text": ["ten minutes of typing"], "register": ["1"]}]


@pytest.mark.parametrize(("typed", "asks"), [("", False), ("something", True)])
def test_leaving_a_long_form_asks_only_when_something_was_typed(open_page: Opener, typed: str, asks: bool) -> None:
    page = open_page(KEPT, answer=Server((200, {})), actor=ACTOR)
    if typed:
        page.locator("#text").press_sequentially(typed)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("about:blank")
    assert asked == (["beforeunload"] if asks else [])
