"""The tests of a module share a browser context: what one of them leaves behind is gone in the next."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.ui.shell_context import ShellContext
from tests.ui.shell_server import Route

pytestmark = pytest.mark.browser
Opener = Callable[..., Page]
FOUND = """async () => [document.cookie, "a" in localStorage, "a" in sessionStorage, innerWidth, navigator.onLine,
  (await indexedDB.databases()).length, (await caches.keys()).length, Date.now() > 1e12,
  (await navigator.permissions.query({ name: "geolocation" })).state === "granted"]"""
LEAVE = """async () => { document.cookie = "a=1"; localStorage.a = 1; sessionStorage.a = 1; await caches.open("a");
  await new Promise((done) => { indexedDB.open("a").onsuccess = done; }); }"""


@pytest.mark.parametrize("clock", [False, True])
def test_nothing_is_left_of_the_test_before(open_page: Opener, shell_context: ShellContext, clock: bool) -> None:
    page = open_page("<h1>A</h1>")
    fresh = page.evaluate(FOUND)
    assert fresh == ["", False, False, 1024, True, 0, 0, True, False]
    page.evaluate(LEAVE)
    page.set_viewport_size({"width": 500, "height": 500})
    page.context.grant_permissions(["geolocation"])
    page.context.set_offline(True)
    if clock:
        page.clock.install(time=0)
    assert page.evaluate(FOUND) == ["a=1", True, True, 500, False, 1, 1, not clock, True]
    shell_context.clean()
    assert open_page("<h1>B</h1>").evaluate(FOUND) == fresh


def test_each_page_of_a_test_has_its_own_answers(open_page: Opener) -> None:
    def saying(word: str) -> Callable[[Route], None]:
        return lambda route: route.fulfill(body=word, content_type="text/plain")

    first, second = (open_page(f"<h1>{word}</h1>", answer=saying(word)) for word in ("one", "two"))
    for page, word in ((first, "one"), (second, "two")):
        page.reload()
        expect(page.get_by_role("heading", name=word)).to_be_visible()
        assert page.evaluate("async () => (await fetch('/said/')).text()") == word


def test_an_aborted_request_fails_and_is_not_sent_again(open_page: Opener) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page = open_page("<h1>A</h1>", answer=answer)
    assert page.evaluate("fetch('/do/', { method: 'POST' }).catch((error) => error.name)") == "TypeError"
    assert len(asked) == 1
