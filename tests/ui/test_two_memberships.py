"""Somebody of two laboratories with a tab for each: nothing is sent in the name of another than the page's own."""

from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.conftest import Opener
from tests.ui.shell_server import Route

pytestmark = [pytest.mark.browser, pytest.mark.ci]

FORM = """<h1>Case</h1><span id="bell-count" hx-get="/badge/"></span>
<form method="post" action="/do/" data-keep><label for="text">Text</label>
<textarea id="text" name="text"></textarea><button>Send</button></form>"""
OTHER = '{"type": "urn:consilium:problem:other-membership", "title": "Opened for another"}'
LISTEN = "new BroadcastChannel('consilium-membership').onmessage = () => setTimeout(done)"
OWN = [
    SimpleNamespace(pk=pk, get_role_display="Pathologist", organisation=SimpleNamespace(short_name=name))
    for pk, name in (("m-1", "Noordkust"), ("m-2", "Oosterlab"))
]


def acting(membership: str, name: str, person: str = "p-1") -> SimpleNamespace:
    return SimpleNamespace(name="Dr Ilse Voorbeeld", person=person, organisation_name=name, membership=membership)


class Server:
    """Keeps what is sent to /do/ and to the switch; everything else is answered with nothing."""

    def __init__(self) -> None:
        self.sent: list[dict[str, list[str]]] = []
        self.switched: list[str] = []
        self.on_switching = 204
        self.works_for = ""

    def __call__(self, route: Route) -> None:
        fields = parse_qs(route.request.post_data or "")
        if route.request.url.endswith("/do/"):
            self.sent.append(fields)
            route.fulfill(body="<h1>Done</h1>", content_type="text/html")
        elif route.request.url.endswith("/switch/"):
            self.switched += fields["membership"]
            self.works_for = fields["membership"][0]
            route.fulfill(status=self.on_switching)
        elif self.works_for not in {"", route.request.headers.get("x-membership")}:
            route.fulfill(status=409, body=OTHER, content_type="application/problem+json")
        else:
            route.fulfill(status=204)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def typed(open_page: Opener, server: Server) -> Page:
    """A page of the first laboratory's, with something typed into it."""
    page = open_page(FORM, answer=server, actor=acting("m-1", "Noordkust"), memberships=OWN)
    page.fill("#text", "three months")
    return page


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="You work for another laboratory now")


def test_a_form_says_for_which_membership_it_was_made(typed: Page, server: Server) -> None:
    typed.get_by_role("button", name="Send").click()
    expect(typed.get_by_role("heading", name="Done")).to_be_visible()
    assert server.sent == [{"text": ["three months"], "acting_membership": ["m-1"]}]


def test_a_page_of_the_other_laboratory_stops_it_and_the_text_stays(
    typed: Page, server: Server, open_page: Opener
) -> None:
    other = open_page("<h1>Home</h1>", answer=server, actor=acting("m-2", "Oosterlab"), memberships=OWN)
    expect(dialog(typed)).to_contain_text("opened for Noordkust")
    dialog(typed).get_by_role("button", name="Stay on this page").click()
    typed.get_by_role("button", name="Send").click()
    expect(dialog(typed)).to_be_visible()
    assert server.sent == []
    dialog(typed).get_by_role("button", name="Work for Noordkust again").click()
    expect(dialog(typed)).to_be_hidden()
    assert server.switched == ["m-1"]
    expect(dialog(other)).to_contain_text("opened for Oosterlab")
    expect(typed.locator("#text")).to_have_value("three months")
    typed.get_by_role("button", name="Send").click()
    expect(typed.get_by_role("heading", name="Done")).to_be_visible()
    assert [each["acting_membership"] for each in server.sent] == [["m-1"]]


def test_who_cannot_be_switched_back_is_told(typed: Page, server: Server, open_page: Opener) -> None:
    server.on_switching = 404
    open_page("<h1>Home</h1>", answer=server, actor=acting("m-2", "Oosterlab"), memberships=OWN)
    dialog(typed).get_by_role("button", name="Work for Noordkust again").click()
    expect(dialog(typed).get_by_role("alert")).to_contain_text("You could not be switched back")


def test_a_page_with_nothing_to_switch_back_to_leaves_the_answer_to_the_server(
    server: Server, open_page: Opener
) -> None:
    page = open_page(FORM, answer=server, actor=acting("m-1", "Noordkust"), memberships=OWN[:1])
    open_page("<h1>Home</h1>", answer=server, actor=acting("m-2", "Oosterlab"), memberships=OWN)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    assert [each["acting_membership"] for each in server.sent] == [["m-1"]]


def test_pages_of_the_same_membership_and_of_somebody_else_change_nothing(
    typed: Page, server: Server, open_page: Opener
) -> None:
    open_page("<h1>Home</h1>", answer=server, actor=acting("m-1", "Noordkust"), memberships=OWN)
    open_page("<h1>Home</h1>", answer=server, actor=acting("m-9", "Elsewhere", "p-2"), memberships=OWN)
    typed.get_by_role("button", name="Send").click()
    expect(typed.get_by_role("heading", name="Done")).to_be_visible()
    assert len(server.sent) == 1


def test_a_form_is_not_lost_where_no_other_page_has_said_anything(typed: Page, server: Server) -> None:
    server.works_for = "m-2"
    typed.get_by_role("button", name="Send").click()
    expect(dialog(typed)).to_be_visible()
    assert server.sent == []
    dialog(typed).get_by_role("button", name="Work for Noordkust again").click()
    expect(typed.get_by_role("heading", name="Done")).to_be_visible()
    assert [each["text"] for each in server.sent] == [["three months"]]


def test_a_covered_page_says_it_when_the_person_is_back(typed: Page, server: Server, open_page: Opener) -> None:
    """A dialog over the cover would be hidden by it, and keep the person from showing that they are there."""
    typed.evaluate("document.documentElement.dataset.covered = ''")
    typed.evaluate(f"void (window.heard = new Promise((done) => {{ {LISTEN} }}))")
    open_page("<h1>Home</h1>", answer=server, actor=acting("m-2", "Oosterlab"), memberships=OWN)
    typed.evaluate("window.heard")
    assert typed.evaluate("document.getElementById('membership-dialog').open") is False
    typed.evaluate("delete document.documentElement.dataset.covered")
    typed.evaluate("document.dispatchEvent(new CustomEvent('session:resumed'))")
    expect(dialog(typed)).to_be_visible()


def test_being_there_again_is_for_whatever_laboratory(server: Server, open_page: Opener) -> None:
    form = '<h1>Case</h1><form method="post" action="/do/" data-resume><button>It is me</button></form>'
    page = open_page(form, answer=server, actor=acting("m-1", "Noordkust"), memberships=OWN)
    open_page("<h1>Home</h1>", answer=server, actor=acting("m-2", "Oosterlab"), memberships=OWN)
    dialog(page).get_by_role("button", name="Stay on this page").click()
    page.get_by_role("button", name="It is me").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()


def test_who_is_signed_out_by_then_is_not_taken_for_switched_back(
    typed: Page, server: Server, open_page: Opener
) -> None:
    server.on_switching = 401
    open_page("<h1>Home</h1>", answer=server, actor=acting("m-2", "Oosterlab"), memberships=OWN)
    dialog(typed).get_by_role("button", name="Work for Noordkust again").click()
    expect(typed.locator("#session-dialog")).to_be_visible()
    assert typed.evaluate("document.getElementById('membership-dialog').open") is True


def test_the_top_bar_says_for_which_of_them_one_works(typed: Page) -> None:
    expect(typed.locator(".cs-topbar summary", has_text="Noordkust")).to_be_visible()
