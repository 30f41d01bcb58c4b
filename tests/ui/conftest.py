"""A real browser on the shell's own files, without a server: every address is answered from the disk or by the test."""

import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import override_settings
from django.utils import translation
from playwright.sync_api import Browser, Page, Route

ORIGIN = "http://shell.test"
SELF = "script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'"
POLICY = f"default-src 'none'; {SELF}"
Opener = Callable[..., Page]
ACTOR = SimpleNamespace(name="Dr Ilse Voorbeeld", person="p-1", organisation_name="Noordkust", membership=None)


@pytest.fixture(autouse=True)
def only_the_shell() -> Iterator[None]:
    """No other room's addresses."""
    with override_settings(ROOT_URLCONF="shell_urls"):
        yield


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Opener]:
    """open_page(content, **context): base.html with this content (or a template), under the real policy, no database.

    Everything that is not a static file is answered by `answer`, a function of the route. Errors of the page's own
    scripts fail the test.
    """
    context = chromium.new_context(viewport={"width": 1024, "height": 768}, base_url=ORIGIN)
    context.set_default_timeout(5000)
    errors: list[str] = []

    def opener(
        content: str = "",
        *,
        template: str = "",
        answer: Callable[[Route], None] = lambda route: route.abort(),
        actor: object | None = None,
        attributes: str = "",
        language: str = "en-gb",
        **values: object,
    ) -> Page:
        source = (
            '{% extends "base.html" %}{% block title %}Test{% endblock %}'
            "{% block body_attributes %}" + attributes + "{% endblock %}"
            "{% block content %}" + content + "{% endblock %}"
        )
        with translation.override(language):
            engine = engines["django"]
            compiled = engine.get_template(template) if template else engine.from_string(source)
            html = compiled.render({"actor": actor, **values}, None)

        def respond(route: Route) -> None:
            path = urlsplit(route.request.url).path
            if path.startswith("/static/"):
                found = finders.find(path.removeprefix("/static/"))
                file = Path(found) if found else None
                if file is None:
                    errors.append(f"missing {path}")
                    route.fulfill(status=404)
                else:
                    kind = "text/javascript" if file.suffix == ".mjs" else mimetypes.guess_type(file.name)[0]
                    route.fulfill(body=file.read_bytes(), content_type=kind)
            elif path == "/page/":
                route.fulfill(
                    body=html,
                    content_type="text/html; charset=utf-8",
                    headers={"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"},
                )
            else:
                answer(route)

        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        page.route("**/*", respond)
        page.goto("/page/")
        return page

    yield opener
    context.close()
    assert errors == []
