"""Slides to test with: real ones where the shared data folder is there, made ones everywhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import pyvips
from playwright.sync_api import Page

from core.actor import Actor
from core.ids import new_id
from slides.ingest.prepare import prepare
from slides.ingest.results import Prepared
from slides.sources.openslide_pool import OpenSlidePool
from slides.sources.prepared import PreparedSlide
from slides.sources.stamp import record_stamp, stamp_of
from slides.synthesis.large import make_large_slide
from slides.tiles.decision import ABSENT, Decision
from tests.slides import viewer_page
from tests.ui import conftest as shell

open_page, shell_context = shell.open_page, shell.shell_context
ROOT = Path(__file__).resolve().parents[2]
SIDE = 4096


@pytest.fixture(scope="session")
def shared_slides() -> Path:
    """The folder of real slides that nobody on this project made."""
    folder = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data")) / "slides"
    if not folder.is_dir():
        pytest.skip(f"REAL SLIDES ARE MISSING: {folder} is not there, set SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def picture() -> np.ndarray:
    """Something with the colours and the unevenness of tissue: 500 rows of 620 RGB pixels."""
    random = np.random.default_rng(7)
    coarse = random.integers((140, 50, 120), (230, 150, 200), (50, 62, 3), dtype=np.uint8)
    smooth: np.ndarray = pyvips.Image.new_from_array(coarse).resize(10, kernel="cubic").numpy().astype(np.int16)
    return np.clip(smooth + random.normal(0, 6, smooth.shape), 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def picture_file(picture: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("picture") / "picture.png"
    pyvips.Image.new_from_array(picture).pngsave(str(path))
    return path


@pytest.fixture(scope="session")
def made_slide(picture_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An Aperio slide of 4096, 1024 and 256 pixels, with a label and a macro that carry a fake name."""
    path = tmp_path_factory.mktemp("made") / "made.svs"
    make_large_slide(picture_file, path, lambda part, step: None, side=SIDE)
    return path


@pytest.fixture(scope="session")
def made(made_slide: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """The made slide after ingest."""
    return prepare(made_slide, tmp_path_factory.mktemp("prepared"), lambda part, step: None)


def prepared_for(made: Prepared, source: Path, folder: Path) -> Path:
    """The prepared folder of the made slide, as ingest leaves it in `folder` when `source` is the file."""
    shutil.copytree(made.directory, folder, dirs_exist_ok=True)
    record_stamp(folder, stamp_of(source.stat()))
    return folder


@pytest.fixture
def deflated(picture: np.ndarray, tmp_path: Path) -> Path:
    """A tiled pyramid in a compression that browsers do not know: 1240 x 1000 and 620 x 500."""
    path = tmp_path / "deflated.tif"
    image = pyvips.Image.new_from_array(picture).replicate(2, 2)
    image.tiffsave(
        str(path), compression="deflate", tile=True, tile_width=256, tile_height=256, pyramid=True, xres=2000, yres=2000
    )
    return path


@pytest.fixture
def pool() -> Iterator[OpenSlidePool]:
    pool = OpenSlidePool(size=1)
    yield pool
    pool.close()


@pytest.fixture
def opened(pool: OpenSlidePool, tmp_path: Path) -> Callable[[Path], PreparedSlide]:
    """Ingest a file and open it as the tile server does."""

    def open_file(path: Path) -> PreparedSlide:
        ready = prepare(path, tmp_path / "prepared", lambda part, step: None)
        return PreparedSlide(ready.directory, path, pool)

    return open_file


@dataclass
class Clock:
    """A clock that goes when it is told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def somebody() -> Actor:
    """A person under a membership of their own."""
    return Actor(person=new_id(), name="Ann", membership=new_id())


@dataclass
class FakeAuthority:
    """Answers from a table, says no to everything else, and remembers what it was asked and told."""

    answers: dict[tuple[str, str], Decision] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    rechecked: list[str] = field(default_factory=list)
    fetches: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    says: Literal[200, 404, 429] | Exception = 200
    files_are_fine: bool = False
    before_answering: Callable[[], None] = lambda: None

    def decide(self, session_key: str, slide_id: str) -> Decision:
        self.asked.append((session_key, slide_id))
        decision = self.answers.get((session_key, slide_id), ABSENT)
        self.before_answering()
        return decision

    def fetched(self, decision: Decision, slide_id: str, environ: Mapping[str, Any]) -> Literal[200, 404, 429]:
        self.fetches.append(slide_id)
        self.before_answering()
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    def refused(self, decision: Decision, slide_id: str, environ: Mapping[str, Any]) -> None:
        if isinstance(self.says, Exception):
            raise self.says
        self.refusals.append(slide_id)

    def recheck(self, slide_id: str) -> bool:
        self.rechecked.append(slide_id)
        return self.files_are_fine


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def authority() -> FakeAuthority:
    return FakeAuthority()


@pytest.fixture
def viewer_server(made: Prepared, made_slide: Path) -> viewer_page.Server:
    """What the viewer in the browser asks: two slides with the made image, one of glass."""
    return viewer_page.serve(made, made_slide)


@pytest.fixture
def viewer(open_page: Callable[..., Page], viewer_server: viewer_page.Server) -> Page:
    """The first slide, drawn, with the keys."""
    page = viewer_page.open_viewer(open_page, viewer_server)
    page.locator("[data-stage]").focus()
    return page
