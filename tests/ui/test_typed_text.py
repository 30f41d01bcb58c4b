"""What is typed into a dialog or a long form is not lost: not by Escape, nor by a sign-in that has expired."""

from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.ui.conftest import ACTOR
from tests.ui.shell_server import Route

pytestmark = [pytest.mark.browser, pytest.mark.ci]
Opener = Callable[..., Page]

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


def test_a_second_click_sends_a_long_form_no_second_time(open_page: Opener) -> None:
    sent = list[str]()

    def answer(route: Route) -> None:
        if route.request.url.endswith("/save/"):
            sent.append(route.request.post_data or "")
        route.fulfill(status=204)

    page = open_page(KEPT, answer=answer, actor=ACTOR)
    page.fill("#text", "once")
    with page.expect_response("**/save/"):
        page.get_by_role("button", name="Register").dblclick()
    page.get_by_role("button", name="Register").click()
    page.evaluate("fetch('/badge/')")  # what was sent before it has arrived
    assert len(sent) == 1


@pytest.mark.parametrize(("typed", "asks"), [("", False), ("something", True)])
def test_leaving_a_long_form_asks_only_when_something_was_typed(open_page: Opener, typed: str, asks: bool) -> None:
    page = open_page(KEPT, answer=lambda route: route.fulfill(status=204), actor=ACTOR)
    if typed:
        page.locator("#text").press_sequentially(typed)
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.goto("about:blank")
    assert asked == (["beforeunload"] if asks else [])
