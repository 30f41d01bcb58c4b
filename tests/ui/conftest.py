"""A real browser on the shell's own files: every other address is answered by the test."""

import functools
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import engines
from django.test import override_settings
from django.utils import translation
from playwright.sync_api import Browser, Page

from tests.ui.shell_context import ShellContext
from tests.ui.shell_server import PAGE_HEADER, Answer, Site, shell_server

Opener = Callable[..., Page]
ACTOR = SimpleNamespace(name="Dr Ilse Voorbeeld", person="p-1", organisation_name="Noordkust", membership=None)


@pytest.fixture(autouse=True)
def only_the_shell() -> Iterator[None]:
    """No other room's addresses."""
    with override_settings(ROOT_URLCONF="shell_urls"):
        yield


@functools.cache
def compiled(source: str) -> Any:
    """A template from its text; many tests show the same page."""
    return engines["django"].from_string(source)


@pytest.fixture(scope="module")
def shell_context(chromium: Browser) -> Iterator[ShellContext]:
    """The context of the module's pages."""
    context = ShellContext(chromium, shell_server().origin)
    yield context
    context.close()


@pytest.fixture
def open_page(shell_context: ShellContext) -> Iterator[Opener]:
    """open_page(content, **context): base.html with this content (or a template), under the real policy, no database.

    Everything that is not a static file is answered by `answer`, a function of the route, called in a thread of the
    server. Errors of the page's own scripts fail the test.
    """
    server = shell_server()
    errors: list[str] = []

    def opener(
        content: str = "",
        *,
        template: str = "",
        answer: Answer = lambda route: route.abort(),
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
            page_template = engines["django"].get_template(template) if template else compiled(source)
            html = page_template.render({"actor": actor, **values}, None)
        page = shell_context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        page.set_extra_http_headers({PAGE_HEADER: server.add(Site(html, answer, errors))})
        page.goto("/page/")
        return page

    yield opener
    shell_context.clean()
    server.forget()
    assert errors == []
