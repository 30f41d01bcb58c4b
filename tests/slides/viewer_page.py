"""The viewer in a real browser without a server: the page's own templates, and answers from a made slide."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.urls import reverse
from playwright.sync_api import Page

from slides.ingest.results import Prepared
from slides.sources.openslide_pool import OpenSlidePool
from slides.sources.prepared import PreparedSlide
from slides.tray import TrayBlock, TrayPart, TraySlide
from tests.ui.shell_server import Route

FIRST, SECOND, GLASS = (UUID(int=number) for number in (1, 2, 3))
CONTENT = """<h1>Slides</h1>
<link rel="stylesheet" href="/static/ui/viewer.css"><link rel="stylesheet" href="/static/slides/viewer.css">
<script src="/plain.js"></script><script src="/static/vendor/openseadragon/openseadragon.min.js"></script>
<script src="/static/slides/workbench.mjs" type="module"></script>
<div class="cs-work" data-workbench>{% include "slides/_tray.html" %}{% include "slides/_viewer.html" %}
<section class="cs-panel" data-panel tabindex="-1"><textarea id="text" aria-label="Text"></textarea>
{% include "slides/_about.html" %}
<p data-unopened-list hidden>{% icon "eye-slash" %}<b data-unopened-text></b> <span data-unopened-links></span></p>
</section></div>{% include "slides/_words.html" %}"""


# Drawing WebGL in software is slow, so the tests draw on a plain canvas, as a browser without WebGL does; and without
# springs, as for somebody who wants no motion, so that what a key does is there at once.
PLAIN = """
const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith("webgl") ? null : getContext.call(this, kind, ...more);
};
const matchMedia = window.matchMedia.bind(window);
window.matchMedia = (query) => matchMedia(query.includes("reduced-motion") ? "all" : query);
"""


@dataclass
class Server:
    """Answers what the viewer asks. `meta` of a slide may be changed, `refuse` is the status of everything, `no_tiles`
    that of every tile, `retried` what trying an image again makes of it. `fails` holds, for tiles by level/x_y, what
    they answer one after the other before they come; `asked` is which tiles were asked for."""

    slide: PreparedSlide
    meta: dict[UUID, dict[str, Any]]
    refuse: int = 0
    no_tiles: int = 0
    retried: dict[str, Any] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    fails: dict[str, list[int]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, route: Route) -> None:
        path = route.request.url.split("/", 3)[3]
        if path == "plain.js":
            route.fulfill(body=PLAIN, content_type="text/javascript")
        elif self.refuse:
            route.fulfill(status=self.refuse, body="{}", content_type="application/problem+json")
        elif path.startswith("tiles/"):
            self._tile(route, path.removesuffix(".jpg").split("/"))
        elif path.startswith("slides/"):
            _, key, what, _ = path.split("/")
            self.told.append(f"{what} {UUID(key).int}")
            if what == "retry":
                self.meta[UUID(key)] = self.retried
            if what == "meta":
                route.fulfill(body=json.dumps(self.meta[UUID(key)]), content_type="application/json")
            elif what == "heartbeat":
                version = self.meta[UUID(key)]["version"] or "none"
                route.fulfill(status=204, headers={"Image-Version": version})
            else:
                route.fulfill(status=204)
        else:
            route.fulfill(status=204)

    def _tile(self, route: Route, parts: list[str]) -> None:
        if parts[-1] == "thumbnail":
            route.fulfill(body=self.slide.thumbnail(400), content_type="image/jpeg")
            return
        name = "/".join(parts[-2:])
        self.asked.append(name)
        if self.no_tiles:
            route.fulfill(status=self.no_tiles, body="")
            return
        if self.fails.get(name):
            route.fulfill(status=self.fails[name].pop(0), body="", headers={"Retry-After": "0.1"})
            return
        x, y = parts[-1].split("_")
        body = self.slide.tile(int(parts[-2]), int(x), int(y))
        route.fulfill(body=body, content_type="image/jpeg")


def serve(made: Prepared, source: Path) -> Server:
    """Two slides with the made image, 40x, and one of glass."""
    levels = [
        {"width": each.width, "height": each.height, "tile_width": each.tile_width, "tile_height": each.tile_height}
        for each in made.levels
    ]
    meta: dict[UUID, dict[str, Any]] = {}
    for key, label in ((FIRST, "A1-1"), (SECOND, "A1-2")):
        meta[key] = _words(key, label) | {
            "status": "ready",
            "version": made.version,
            "width": levels[0]["width"],
            "height": levels[0]["height"],
            "mpp": 0.25,
            "objective": 40,
            "levels": levels,
            "tiles": f"/tiles/{key}/{made.version}/{{level}}/{{x}}_{{y}}.jpg",
            "thumbnail": f"/tiles/{key}/{made.version}/thumbnail.jpg",
        }
    meta[GLASS] = _words(GLASS, "A1-3") | {"status": "glass", "status_text": "No image: glass."}
    return Server(PreparedSlide(made.directory, source, OpenSlidePool(size=1)), meta)


def _words(key: UUID, label: str) -> dict[str, Any]:
    said = {"status_text": "", "step": "", "problem": "", "progress": 0, "colour": "sRGB", "warnings": []}
    place = {"part": "A", "site": "arm", "block": "A1", "stain": "H&E", "level": "", "note": ""}
    return (
        said
        | place
        | {"id": str(key), "case": str(UUID(int=9)), "label": label, "version": "", "levels": []}
        | {"opened": False}
    )


def tray(server: Server) -> list[TrayPart]:
    """The tray as the page has it at first."""
    slides = [
        TraySlide(
            id=key,
            label=meta["label"],
            stain=meta["stain"],
            level="",
            note="",
            state=meta,
            thumbnail=meta.get("thumbnail", ""),
            is_opened=False,
        )
        for key, meta in server.meta.items()
    ]
    return [TrayPart("A", "arm", [TrayBlock("A1", slides)])]


def open_viewer(open_page: Callable[..., Page], server: Server, *, ready: bool = True, **context: Any) -> Page:
    """The page with the first slide on it; waits until it is drawn."""
    page = open_page(CONTENT, answer=server, tray=tray(server), current=FIRST, may_edit=True, **context)
    if ready:
        page.wait_for_selector(f'[data-slide="{FIRST}"][data-opened]', timeout=20_000)
    return page


def address(name: str, key: UUID) -> str:
    """The path of one of the viewer's questions."""
    return reverse(f"slides:{name}", args=[key])


def settle(page: Page) -> None:
    """Let the viewer draw what a key or a move asked for: it does so in the next frames."""
    frames = "async () => { for (let n = 0; n < 3; n += 1) await new Promise(requestAnimationFrame); }"
    page.evaluate(frames)


def until(page: Page, so: Callable[[], bool]) -> None:
    """Let the page go on until it is so; fails where it never is."""
    for _ in range(400):
        if so():
            return
        settle(page)
    raise AssertionError("it never came to that")


def magnification(page: Page) -> float:
    """What the toolbar says when the viewer has drawn."""
    settle(page)
    return float(page.input_value("[data-magnification]").removesuffix("x"))


def press(page: Page, key: str, code: str, **held: bool) -> None:
    """A key as a keyboard of another country sends it: what is printed on it, and where it lies."""
    page.evaluate(
        """([key, code, held]) => document.activeElement.dispatchEvent(
             new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true, ...held }))""",
        [key, code, held],
    )
