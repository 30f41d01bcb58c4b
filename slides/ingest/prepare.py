"""Making all that the tile server needs from one file: byte index, overview, thumbnail, meta.json, source.json."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyvips

from slides.index import IndexedLevel, TileFile, write_index
from slides.ingest.inspect import Opened, open_for_ingest, tiles_of
from slides.ingest.mosaic import TileReader, whole
from slides.ingest.overview import build_overview, short_ladder
from slides.ingest.pyramid import write_pyramid
from slides.ingest.results import WORK_PREFIX, Prepared, Progress
from slides.ingest.verify import RawTiles
from slides.sources.errors import UnreadableSlide, gettext_noop
from slides.sources.jpeg import encode
from slides.sources.native import FILE_NAMES
from slides.sources.prepared import META_FORMAT, META_NAME, THUMBNAIL_NAME, PreparedSlide
from slides.sources.protocol import Level, SourceUnavailableError
from slides.sources.stamp import Stamp, must_be, record_stamp, stamp_of
from slides.sources.tiff import read_layout

CHECKING = gettext_noop("Checking the file")
READING = gettext_noop("Reading the whole file once")
SMALL_LEVELS = gettext_noop("Making the overview")
PYRAMID = gettext_noop("Making a zoomable image of the picture")
FINISHING = gettext_noop("Finishing")

THUMBNAIL_PX = 400
_PYRAMID_QUALITY = 90
_FILE_WORDS = {TileFile.SOURCE: "source", TileFile.OVERVIEW: "overview", TileFile.PYRAMID: "pyramid"}


def content_version(byte_size: int, sha256: str) -> str:
    """Sixteen hex digits that change when the file's bytes, or the way we prepare them, change."""
    return hashlib.sha256(f"{META_FORMAT}:{byte_size}:{sha256}".encode()).hexdigest()[:16]


def _digest(path: Path, size: int, progress: Callable[[float], None]) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(4 * 1024 * 1024):
            digest.update(block)
            progress(file.tell() / size)
    return digest.hexdigest()


def prepare(path: Path, out_dir: Path, progress: Progress) -> Prepared:
    """Write out_dir/<content version>/ for the slide file `path`; a whole one of an earlier run is used again.

    `progress` gets a part of 1 and an English sentence ready for translation. Raises UnreadableSlide, OSError where
    the disk is full, and SourceChangedError where somebody is still writing the file. Parses untrusted bytes in C:
    outside tests use run_limited.
    """
    progress(0.0, CHECKING)
    stamp = stamp_of(path.stat())
    opened = open_for_ingest(path)
    size = opened.inspection.byte_size
    sha256 = _digest(path, size, lambda part: progress(0.05 + 0.25 * part, READING))
    version = content_version(size, sha256)
    final = out_dir / version
    if _is_whole(final, path, stamp):
        must_be(path, stamp)
        return Prepared.load(final)
    work = out_dir / f"{WORK_PREFIX}{version}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        _fill(work, path, opened, version, sha256, progress)
        record_stamp(work, stamp)
        must_be(path, stamp)
        shutil.rmtree(final, ignore_errors=True)
        work.rename(final)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    progress(1.0, FINISHING)
    return Prepared.load(final)


def _is_whole(folder: Path, path: Path, stamp: Stamp) -> bool:
    """Whether the same bytes were prepared before and all of that is still there; the file may be another by its stamp.

    It was restored, say: from now on this is the file that was prepared.
    """
    if not all((folder / name).is_file() for name in (META_NAME, THUMBNAIL_NAME)):
        return False
    record_stamp(folder, stamp)
    try:
        PreparedSlide(folder, path, None)
    except SourceUnavailableError:
        return False
    return True


def _fill(work: Path, path: Path, opened: Opened, version: str, sha256: str, progress: Progress) -> None:
    if opened.image is not None:
        served = _pyramid(work, opened, lambda part: progress(0.3 + 0.6 * part, PYRAMID))
    else:
        served = list(opened.indexed)
    decoded = [] if opened.reader is None else list(zip(opened.numbers, opened.inspection.levels, strict=True))
    levels = [item.level for item in served] or [level for _, level in decoded]
    lowest_reader = _reader(path, work, served[-1]) if served else _decoder(opened, opened.numbers[-1])
    overview = build_overview(
        lowest_reader, levels[0], levels[-1], work, lambda part: progress(0.3 + 0.6 * part, SMALL_LEVELS)
    )
    progress(0.9, FINISHING)
    indexed = served + overview
    write_index(work / "index.bin", indexed)
    entries = [_entry(level, "openslide", number) for number, level in decoded]
    entries += [_entry(item.level, _FILE_WORDS[item.file], number) for number, item in enumerate(indexed)]
    choices: list[tuple[TileReader, Level]] = [(_decoder(opened, number), level) for number, level in decoded]
    choices += [(_reader(path, work, item), item.level) for item in indexed]
    _write_thumbnail(work / THUMBNAIL_NAME, choices)
    meta = {
        "format": META_FORMAT,
        "version": version,
        "sha256": sha256,
        "width": levels[0].width,
        "height": levels[0].height,
        "mpp": opened.inspection.mpp,
        "objective": opened.inspection.objective,
        "levels": entries,
        "inspection": dataclasses.asdict(opened.inspection),
    }
    (work / META_NAME).write_text(json.dumps(meta, indent=1))


def _pyramid(work: Path, opened: Opened, progress: Callable[[float], None]) -> list[IndexedLevel]:
    made = work / FILE_NAMES[TileFile.PYRAMID]
    try:
        write_pyramid(opened.image, made, _PYRAMID_QUALITY, progress)
    except pyvips.Error as error:
        raise UnreadableSlide("truncated") from error
    layout = read_layout(made, TileFile.PYRAMID)
    if layout is None:
        raise AssertionError("our own pyramid is not a tiled JPEG")
    return short_ladder(list(layout.levels))


def _reader(path: Path, work: Path, item: IndexedLevel) -> TileReader:
    return RawTiles(path if item.file is TileFile.SOURCE else work / FILE_NAMES[item.file], item).read


def _decoder(opened: Opened, number: int) -> TileReader:
    if opened.reader is None:
        raise AssertionError("only slides read by OpenSlide have decoded levels")
    return tiles_of(opened.reader, number)


def _entry(level: Level, file: str, number: int) -> dict[str, int | str]:
    return {
        "w": level.width,
        "h": level.height,
        "tw": level.tile_width,
        "th": level.tile_height,
        "file": file,
        "number": number,
    }


def _write_thumbnail(out: Path, choices: list[tuple[TileReader, Level]]) -> None:
    """From the smallest allowed level that is large enough: never from the file's own thumbnail."""
    large = [item for item in choices if item[1].longest_side >= THUMBNAIL_PX]
    read, level = large[-1] if large else choices[0]
    image = whole(read, level)
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    out.write_bytes(encode(image))
