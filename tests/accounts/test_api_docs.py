"""The page that describes the API: every operation, under the real policy, readable by everybody."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Page, Route

from core.web.api.docs import kind_of, rooms_of, the_schema
from tests.browser import axe

ORIGIN = "http://consilium.test"
HEARS = "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective))"


@pytest.fixture
def docs(chromium: Browser) -> Iterator[Page]:
    """The page as the server sends it, with its headers; a request to anywhere else fails the test."""
    answer = Client().get("/api/v1/docs")
    assert answer.status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]
    strangers: list[str] = []

    def respond(route: Route) -> None:
        url = urlsplit(route.request.url)
        if f"{url.scheme}://{url.netloc}" != ORIGIN:
            strangers.append(route.request.url)
            route.abort()
        elif url.path == "/api/v1/docs":
            route.fulfill(body=answer.content, headers=dict(answer.items()))
        else:
            file = finders.find(url.path.removeprefix("/static/"))
            route.fulfill(path=Path(str(file))) if file else route.fulfill(status=404)

    context = chromium.new_context(viewport={"width": 1024, "height": 768})
    context.route("**/*", respond)
    context.add_init_script(HEARS)
    page = context.new_page()
    page.goto(f"{ORIGIN}/api/v1/docs")
    yield page
    assert page.evaluate("refused") == []
    assert strangers == []
    context.close()


def test_every_operation_is_shown_with_what_it_takes_and_gives(docs: Page) -> None:
    rooms = rooms_of(the_schema())
    operations = [each for room in rooms for each in room.operations]
    assert len(operations) > 40
    shown = docs.locator(".api-op h3").all_inner_texts()
    assert {f"{each.method} {each.path}" for each in operations} <= {" ".join(text.split()) for text in shown}
    sign = docs.locator("#post-api-v1-reports-report-id-sign")
    for word in ("Idempotency-Key", "If-Match", "header, string, required", "body", "201"):
        assert word in sign.inner_text(), word
    sign.locator("dt", has_text="body").locator("xpath=following-sibling::dd").get_by_role("link").click()
    assert "password" in docs.locator("article:target").inner_text()


@pytest.mark.ci
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_read_it(docs: Page, theme: Literal["light", "dark"]) -> None:
    docs.emulate_media(color_scheme=theme)
    docs.reload()
    assert axe.faults(docs) == []
    docs.set_viewport_size({"width": 400, "height": 800})
    assert docs.evaluate("document.documentElement.scrollWidth") <= 400


def test_what_a_value_is_in_few_words() -> None:
    of_shape = kind_of({"type": "array", "items": {"$ref": "#/components/schemas/Case"}})
    assert (of_shape.words, of_shape.shape) == ("list of", "Case")
    assert kind_of({"enum": ["a", "b", ""], "type": "string"}).words == "a | b"
    assert kind_of({"type": "string", "format": "uuid"}).words == "uuid"
    assert kind_of({}).words == "any"
