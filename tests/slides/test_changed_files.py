"""A file that is no longer the one that was prepared: nothing of it is shown, by whichever way its tiles are read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pyvips

from slides.ingest import IngestFailedError, limited, run_limited
from slides.ingest import prepare as preparing
from slides.ingest.prepare import prepare
from slides.ingest.results import Prepared
from slides.sources.openslide_pool import CHANGED, FOUND, OpenSlidePool
from slides.sources.openslide_reader import OpenSlideReader
from slides.sources.openslide_worker import Readers, answer
from slides.sources.prepared import PreparedSlide
from slides.sources.protocol import SourceChangedError, SourceUnavailableError, UnpreparedError
from slides.sources.stamp import stamp_of
from tests.slides.conftest import prepared_for

Opener = Callable[[Path], PreparedSlide]


def say_nothing(part: float, step: str) -> None:
    """A progress callback for those who do not care."""


def exchange(path: Path, content: bytes) -> None:
    """Another file under the same name, with the times of the first."""
    before = path.stat()
    new = path.with_name("new")
    new.write_bytes(content)
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.replace(path)


def write_over(path: Path, at: int, content: bytes) -> None:
    """Other bytes in the same file, and its time of change set back."""
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def copy(made_slide: Path, tmp_path: Path) -> Path:
    path = tmp_path / "copy.svs"
    path.write_bytes(made_slide.read_bytes())
    return path


@pytest.fixture
def flat(picture: np.ndarray, tmp_path: Path) -> Path:
    path = tmp_path / "flat.png"
    pyvips.Image.new_from_array(picture).pngsave(str(path))
    return path


@pytest.mark.parametrize("kind", ["copy", "deflated", "flat"])
@pytest.mark.parametrize("more", [b"", b"more"], ids=["of the same size and time", "of another size"])
def test_an_exchanged_file_is_not_opened(
    request: pytest.FixtureRequest, pool: OpenSlidePool, tmp_path: Path, kind: str, more: bytes
) -> None:
    path: Path = request.getfixturevalue(kind)
    ready = prepare(path, tmp_path / "out", say_nothing)
    assert PreparedSlide(ready.directory, path, pool).tile(0, 0, 0)
    exchange(path, path.read_bytes() + more)
    with pytest.raises(SourceChangedError):
        PreparedSlide(ready.directory, path, pool)


@pytest.mark.parametrize("kind", ["copy", "deflated"])
def test_bytes_written_into_an_opened_file_are_never_sent(
    request: pytest.FixtureRequest, opened: Opener, kind: str
) -> None:
    path: Path = request.getfixturevalue(kind)
    slide = opened(path)
    assert slide.tile(0, 0, 0)
    write_over(path, path.stat().st_size // 2, b"foreign")
    for place in ((0, 0), (1, 1)):
        with pytest.raises(SourceChangedError):
            slide.tile(0, *place)


@pytest.mark.parametrize("kind", ["copy", "deflated"])
def test_an_opened_file_is_not_read_once_another_has_its_name(
    request: pytest.FixtureRequest, opened: Opener, kind: str
) -> None:
    path: Path = request.getfixturevalue(kind)
    slide = opened(path)
    assert slide.tile(0, 0, 0)
    exchange(path, b"\x55" * path.stat().st_size)
    with pytest.raises(SourceChangedError):
        slide.tile(0, 1, 0)
    with pytest.raises(SourceChangedError):
        slide.check()


def test_a_file_exchanged_while_a_tile_is_decoded_is_found_out(deflated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenSlide opens the file again for every read, so what it was before says nothing about what was read."""
    readers, order = Readers(), {"path": str(deflated), "stamp": stamp_of(deflated.stat()), "level": 0, "x": 0, "y": 0}
    assert answer(readers, order)[0] == FOUND
    read = OpenSlideReader.tile

    def exchanged(self: OpenSlideReader, level: int, x: int, y: int) -> bytes:
        exchange(deflated, deflated.read_bytes())
        return read(self, level, x, y)

    monkeypatch.setattr(OpenSlideReader, "tile", exchanged)
    assert answer(readers, order) == (CHANGED, b"")


def test_a_restored_file_is_the_same_slide_again_once_it_is_prepared(
    copy: Path, tmp_path: Path, pool: OpenSlidePool
) -> None:
    first = prepare(copy, tmp_path / "out", say_nothing)
    made = (first.directory / "index.bin").stat()
    content = copy.read_bytes()
    copy.unlink()
    with pytest.raises(SourceUnavailableError):
        PreparedSlide(first.directory, copy, pool)
    copy.write_bytes(content)
    with pytest.raises(SourceChangedError):
        PreparedSlide(first.directory, copy, pool)
    again = prepare(copy, tmp_path / "out", say_nothing)
    assert (again.version, again.sha256) == (first.version, first.sha256)
    assert PreparedSlide(again.directory, copy, pool).tile(0, 0, 0)
    assert (first.directory / "index.bin").stat().st_mtime_ns == made.st_mtime_ns, "nothing is made twice"


@pytest.mark.parametrize("lost", ["index.bin", "meta.json", "source.json", "thumbnail.jpg"])
def test_what_was_lost_of_a_prepared_folder_is_made_again(
    copy: Path, tmp_path: Path, pool: OpenSlidePool, lost: str
) -> None:
    first = prepare(copy, tmp_path / "out", say_nothing)
    (first.directory / lost).unlink()
    with pytest.raises(UnpreparedError):
        PreparedSlide(first.directory, copy, pool).thumbnail(400)
    again = prepare(copy, tmp_path / "out", say_nothing)
    assert again.version == first.version
    assert PreparedSlide(again.directory, copy, pool).thumbnail(400)


def test_a_prepared_folder_of_an_earlier_release_is_said_to_be_unprepared(
    made: Prepared, made_slide: Path, tmp_path: Path
) -> None:
    folder = prepared_for(made, made_slide, tmp_path / "old")
    index = (folder / "index.bin").read_bytes()
    (folder / "index.bin").write_bytes(b"CTILES01" + index[8:])
    with pytest.raises(UnpreparedError):
        PreparedSlide(folder, made_slide, None)


def test_where_the_whole_disk_is_away_nothing_is_said_about_the_file(made: Prepared, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError) as caught:
        PreparedSlide(tmp_path / "prepared" / made.version, tmp_path / "slide.svs", None)
    assert type(caught.value) is SourceUnavailableError


def test_a_file_that_is_still_being_written_is_not_prepared(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = preparing._digest

    def written_meanwhile(path: Path, size: int, progress: Callable[[float], None]) -> str:
        found = digest(path, size, progress)
        write_over(path, size // 2, b"foreign")
        return found

    monkeypatch.setattr(preparing, "_digest", written_meanwhile)
    with pytest.raises(SourceChangedError):
        prepare(copy, tmp_path / "out", say_nothing)
    assert not list((tmp_path / "out").glob("*"))


def test_that_is_no_fault_of_the_file_and_tried_again() -> None:
    with pytest.raises(IngestFailedError, match="SourceChangedError"):
        limited._judged({"failed": "SourceChangedError", "place": "stamp.py:40"})


def test_a_limited_run_records_what_the_file_was(copy: Path, tmp_path: Path, pool: OpenSlidePool) -> None:
    ready = run_limited(copy, tmp_path / "out", say_nothing)
    assert PreparedSlide(ready.directory, copy, pool).tile(0, 0, 0)
