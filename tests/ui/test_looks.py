"""Every component at the widths and in the themes people use: nothing for axe to find, nothing scrolls sideways."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from playwright.sync_api import Page

from core.web.styleguide import sample_context

pytestmark = pytest.mark.browser
Opener = Callable[..., Page]
AXE = Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1440, 1024, 320)
LOOKS = [
    pytest.param(width, theme, marks=[] if (width, theme) == (1440, "light") else [pytest.mark.ci])
    for width in WIDTHS
    for theme in ("light", "dark")
]
NAVIGATION = [{"label": label, "url": "/", "active": label == "Cases", "count": 3} for label in ("Worklist", "Cases")]
ACTOR = SimpleNamespace(name="Dr Ilse Voorbeeld", person="p-1", organisation_name="Noordkust", membership=None)
GROW = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    node.data = node.data.replace(/[^\\s]+/g, (word) => word + "e".repeat(word.length * 0.4));
  }
}"""


def look(open_page: Opener, width: int, theme: str) -> Page:
    page = open_page(
        template="styleguide.html",
        answer=lambda route: route.fulfill(status=200, body="", content_type="text/html"),
        actor=ACTOR,
        theme=theme,
        demo=True,
        navigation=NAVIGATION,
        **sample_context(wrong=True),
    )
    page.set_viewport_size({"width": width, "height": 900})
    return page


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_axe_finds_nothing_and_the_page_does_not_scroll_sideways(open_page: Opener, width: int, theme: str) -> None:
    if not AXE.exists():
        pytest.skip("the packages of package.json are not installed")
    page = look(open_page, width, theme)
    assert page.locator("h1").count() == 1
    assert not scrolls_sideways(page)
    page.evaluate(AXE.read_text())
    found = page.evaluate("(rules) => axe.run({ runOnly: rules })", RULES)["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []


@pytest.mark.parametrize("width", [pytest.param(1440, marks=pytest.mark.ci), 1024, 320])
def test_words_may_be_two_fifths_longer(open_page: Opener, width: int) -> None:
    page = look(open_page, width, "light")
    page.evaluate(GROW)
    assert not scrolls_sideways(page)


def test_the_focus_is_never_hidden_below_the_patient_banner(open_page: Opener) -> None:
    page = look(open_page, 1024, "light")
    page.evaluate("document.querySelector('footer').scrollIntoView()")
    banner = page.locator(".cs-patient").bounding_box()
    assert banner is not None
    assert banner["y"] == 0
    for _ in range(25):
        page.keyboard.press("Shift+Tab")
        covered = page.evaluate(
            """(bottom) => { const e = document.activeElement, box = e.getBoundingClientRect();
            return e !== document.body && !e.closest(".cs-patient, .cs-topbar, .cs-skip") && box.bottom < bottom }""",
            banner["height"],
        )
        assert not covered, page.evaluate("document.activeElement.outerHTML")


def test_the_report_prints_without_the_tools_of_the_screen(open_page: Opener) -> None:
    page = look(open_page, 1024, "dark")
    page.emulate_media(media="print")
    assert not page.locator(".cs-topbar").is_visible()
    assert not page.locator(".cs-head__act").is_visible()
    assert page.locator(".cs-patient__name").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_status_shapes_keep_an_edge_in_forced_colours(open_page: Opener) -> None:
    page = look(open_page, 1024, "light")
    page.emulate_media(forced_colors="active")
    assert page.locator(".cs-tag").first.evaluate("(tag) => getComputedStyle(tag).borderTopWidth") == "1px"
