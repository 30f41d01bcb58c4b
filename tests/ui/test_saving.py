"""A form that saves itself, in a real browser: when, with which version, and what happens when it cannot."""

import json
import threading
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.ui.conftest import ACTOR
from tests.ui.shell_server import Route

pytestmark = [pytest.mark.browser, pytest.mark.ci]
Opener = Callable[..., Page]

FORM = """
<h1>Opinion</h1>
<form id="opinion" method="post" data-autosave-url="/save/" data-version="1">
<label for="text">Text</label><textarea id="text" name="text">as it was</textarea>
<label for="site">Site</label><input id="site" name="site" value="skin"><input type="hidden" name="version" value="1">
<span data-autosave-status role="status"></span><button>Send</button></form>
<input id="elsewhere" data-version-of="opinion" value="1"><button id="other" type="button">Other</button>
"""


class Server:
    """Answers /save/ in turn, the last answer again and again; keeps what was sent."""

    def __init__(self, *answers: tuple[int, Mapping[str, object]] | None) -> None:
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


def status(page: Page) -> Locator:
    return page.locator("[data-autosave-status]")


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
    page.clock.install(time=0)
    page.clock.pause_at(600_000)  # without this the clock goes on beside the test, which may be slow
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


@pytest.mark.parametrize("refusal", [403, 404])
def test_once_access_has_ended_nothing_is_sent_again(open_page: Opener, refusal: int) -> None:
    """Each attempt would stand in the record under the name of whoever sits before the page."""
    server = Server((refusal, {"title": "Your access has ended."}))
    page = open_page(FORM, answer=server)
    page.fill("#text", "one")
    page.locator("#other").focus()
    expect(status(page)).to_have_text("Not saved: Your access has ended.")
    page.fill("#text", "two")
    page.locator("#other").focus()
    expect(status(page)).to_have_text("Not saved: Your access has ended.")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    assert len(server.sent) == 1
    assert page.input_value("#text") == "two"


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


def test_the_text_of_ones_own_other_window_is_called_that(open_page: Opener) -> None:
    own = {"title": "Conflict", "current": {"version": 7, "fields": {"text": "theirs", "site": "skin"}, "own": True}}
    page = open_page(FORM, answer=Server((409, own)))
    page.fill("#text", "mine")
    page.locator("#other").focus()
    dialog = page.get_by_role("dialog", name="Two versions of this text")
    expect(dialog).to_contain_text("You, in another window, saved")
    expect(dialog).not_to_contain_text("Somebody")
    expect(dialog).not_to_contain_text("Theirs")
    expect(dialog.get_by_label("Take what the other window saved")).to_be_visible()
    page.keyboard.press("Escape")
    expect(status(page)).to_contain_text("you changed this in another window")


def test_the_two_texts_stand_under_the_words_of_the_label_alone(open_page: Opener) -> None:
    counted = FORM.replace("Text</label>", 'Text<span class="cs-count">9 of 300</span></label>')
    page = open_page(counted, answer=Server(CONFLICT))
    page.fill("#text", "mine")
    page.locator("#other").focus()
    dialog = page.get_by_role("dialog", name="Two versions of this text")
    expect(dialog.locator("legend")).to_have_text("Text")


def test_both_texts_of_one_line_are_kept_apart_and_only_offered_where_there_is_room(open_page: Opener) -> None:
    answer = {"title": "Changed", "current": {"version": 7, "fields": {"site": "nape", "short": "left"}}}
    server = Server((409, answer), (200, {"version": 8, "time": "14:02"}))
    short = '<label for="short">Side</label><input id="short" name="short" value="" maxlength="8"><span data-auto'
    typed = threading.Event()  # leaving the first field sends it; the answer is to come when both have been filled

    def answer_then(route: Route) -> None:
        assert typed.wait(5)
        server(route)

    page = open_page(FORM.replace("<span data-auto", short), answer=answer_then)
    page.fill("#site", "scalp")
    page.fill("#short", "right")
    page.locator("#other").focus()
    typed.set()
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

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.close(run_before_unload=True)
    page.wait_for_event("close")
    assert asked == (["beforeunload"] if warned else [])
