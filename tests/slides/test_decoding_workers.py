"""What cannot pass through is decoded in processes of its own, which may die, hang and err without harm."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

from slides.ingest.prepare import prepare
from slides.sources.jpeg import decode
from slides.sources.openslide_pool import OpenSlidePool, Worker
from slides.sources.openslide_reader import OpenSlideReader
from slides.sources.openslide_worker import Readers
from slides.sources.prepared import PreparedSlide
from slides.sources.protocol import DamagedTileError, NoSuchTileError, SourceBusyError, SourceUnavailableError
from slides.sources.stamp import Stamp, stamp_of

Opener = Callable[[Path], PreparedSlide]


def worker_of(pool: OpenSlidePool) -> Worker:
    worker = pool._free.queue[-1]
    assert worker is not None
    return worker


def test_decoded_tiles_show_the_picture(opened: Opener, deflated: Path, picture: np.ndarray) -> None:
    slide = opened(deflated)
    assert slide.mpp == 0.5
    assert [level.width for level in slide.levels][:2] == [1240, 620]
    ours = np.asarray(decode(slide.tile(0, 0, 0))).astype(int)
    assert np.abs(ours - picture[:256, :256]).mean() < 8
    assert decode(slide.tile(0, 4, 3)).size == (1240 - 4 * 256, 1000 - 3 * 256)
    with pytest.raises(NoSuchTileError):
        slide.tile(0, 5, 0)


def test_a_real_jpeg_2000_slide_is_served(opened: Opener, shared_slides: Path) -> None:
    path = shared_slides / "TCGA-CR-7395-01A-01-TS1.svs"
    slide = opened(path)
    assert [(level.width, level.height) for level in slide.levels][:2] == [(4443, 3567), (2221, 1783)]
    expected = np.asarray(OpenSlideReader(path).region(0, 2048, 1536, 256, 256)).astype(int)
    assert np.abs(np.asarray(decode(slide.tile(0, 8, 6))).astype(int) - expected).mean() < 4


@pytest.mark.parametrize("name", ["ezwsi_camelyon.dcm", "wsi2dcm_jpeg.dcm", "wsi2dcm_jpeg2000.dcm", "wsi2dcm_raw.dcm"])
def test_real_dicom_slides_are_served(opened: Opener, shared_slides: Path, name: str) -> None:
    slide = opened(shared_slides / name)
    tile = np.asarray(decode(slide.tile(0, 1, 1)))
    assert tile.shape == (256, 256, 3)
    assert tile.std() > 5


def test_a_decoding_process_gets_no_secret(
    pool: OpenSlidePool, deflated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it parses may take it over: there must be nothing to find in its environment."""
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "AUDIT_SIGNING_KEY"):
        monkeypatch.setenv(name, "a secret")
    worker = Worker([sys.executable, "-c", "import sys; print('here', flush=True); sys.stdin.read()"])
    try:
        # /proc shows nothing until the program is loaded: only what it says tells that.
        assert os.read(worker._out, 4) == b"here"
        environment = Path(f"/proc/{worker._process.pid}/environ").read_bytes()
    finally:
        worker._process.kill()
        worker._process.wait()
    assert b"PYTHONPATH=" in environment
    assert b"a secret" not in environment and b"postgres" not in environment


def test_a_killed_worker_is_replaced(pool: OpenSlidePool, deflated: Path) -> None:
    first = pool.tile(deflated, stamp_of(deflated.stat()), 0, 0, 0)
    lost = worker_of(pool)
    os.kill(lost._process.pid, signal.SIGKILL)
    lost._process.wait()
    assert pool.tile(deflated, stamp_of(deflated.stat()), 0, 0, 0) == first
    assert worker_of(pool) is not lost


def test_a_worker_that_hangs_is_killed_and_the_caller_told(deflated: Path) -> None:
    hanging = OpenSlidePool(size=1, timeout=0.2, command=[sys.executable, "-c", "import sys; sys.stdin.read()"])
    with pytest.raises(SourceBusyError):
        hanging.tile(deflated, stamp_of(deflated.stat()), 0, 0, 0)
    assert hanging._free.queue == [None]


def test_when_every_worker_is_busy_the_caller_is_told_to_come_again(deflated: Path) -> None:
    pool = OpenSlidePool(size=1, timeout=0.05)
    pool._free.get()
    with pytest.raises(SourceBusyError):
        pool.tile(deflated, stamp_of(deflated.stat()), 0, 0, 0)


@pytest.mark.parametrize(
    ("signal_name", "expected"),
    [("SIGKILL", SourceBusyError), ("SIGTERM", SourceBusyError), ("SIGSEGV", DamagedTileError)],
)
def test_a_worker_stopped_from_outside_is_nothing_against_the_tile_one_that_breaks_is(
    deflated: Path, signal_name: str, expected: type[Exception]
) -> None:
    dying = f"import os, signal, sys; sys.stdin.readline(); os.kill(os.getpid(), signal.{signal_name})"
    pool = OpenSlidePool(size=1, command=[sys.executable, "-c", dying])
    with pytest.raises(expected):
        pool.tile(deflated, stamp_of(deflated.stat()), 0, 0, 0)
    assert pool._free.queue == [None]


def test_a_worker_ends_when_nobody_holds_its_pipe(pool: OpenSlidePool, deflated: Path) -> None:
    pool.tile(deflated, stamp_of(deflated.stat()), 0, 0, 0)
    process = worker_of(pool)._process
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=10) == 0


def test_a_missing_file_is_said_to_be_missing(pool: OpenSlidePool, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError):
        pool.tile(tmp_path / "gone.svs", Stamp(1, 1, 1), 0, 0, 0)


def test_one_damaged_tile_does_not_spoil_the_others(pool: OpenSlidePool, deflated: Path) -> None:
    """OpenSlide's handle stays broken after an error; the file has to be opened anew."""
    with tifffile.TiffFile(deflated) as tif:
        page = tif.pages.first
        offset, count = page.dataoffsets[0], page.databytecounts[0]
    with deflated.open("r+b") as file:
        file.seek(offset)
        file.write(b"\x99" * count)
    good = pool.tile(deflated, stamp_of(deflated.stat()), 0, 1, 1)
    with pytest.raises(DamagedTileError):
        pool.tile(deflated, stamp_of(deflated.stat()), 0, 0, 0)
    assert pool.tile(deflated, stamp_of(deflated.stat()), 0, 1, 1) == good


def test_a_worker_keeps_few_slides_open(deflated: Path, tmp_path: Path) -> None:
    readers = Readers()
    for number in range(20):
        copy = tmp_path / f"{number}.tif"
        copy.write_bytes(deflated.read_bytes())
        readers.get(copy, stamp_of(copy.stat()))
    assert len(readers._open) == 16


def test_a_slide_with_unusable_own_levels_still_has_a_thumbnail(deflated: Path, tmp_path: Path) -> None:
    ready = prepare(deflated, tmp_path / "out", lambda part, step: None)
    assert max(decode((ready.directory / "thumbnail.jpg").read_bytes()).size) == 400
