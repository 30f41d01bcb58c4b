"""Looking at a file before anything is made of it: can it become a slide, by which path, and what does it hold?"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

import pyvips

from slides.index import IndexedLevel
from slides.ingest.alike import shows_the_same
from slides.ingest.flat import flat_mpp, open_flat
from slides.ingest.mosaic import TileReader
from slides.ingest.remarks import FLAT_PICTURE, NO_SCALE, NOT_COMPARED, ODD_PIXELS, SOME_DAMAGE, SOME_MISSING
from slides.ingest.results import Inspection, Kind
from slides.ingest.verify import RawTiles, may_pass_through
from slides.sources.errors import UnreadableSlide
from slides.sources.openslide_reader import OpenSlideReader
from slides.sources.protocol import DamagedTileError, Level, SourceUnavailableError
from slides.sources.tiff import MAGICS, TiffLayout, read_layout


@dataclass(frozen=True, slots=True)
class Opened:
    """An inspection together with what was opened for it. `numbers` are the reader's own numbers of the levels."""

    inspection: Inspection
    indexed: tuple[IndexedLevel, ...] = ()
    reader: OpenSlideReader | None = None
    numbers: tuple[int, ...] = ()
    image: pyvips.Image | None = None


def inspect(path: Path) -> Inspection:
    """What `path` holds. Raises UnreadableSlide. Parses untrusted bytes in C: outside tests use inspect_limited."""
    return open_for_ingest(path).inspection


def open_for_ingest(path: Path) -> Opened:
    """Choose the way this file's pixels will be read, and open it that way. Raises UnreadableSlide."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableSlide("not_an_image")
    if status.st_size == 0:
        raise UnreadableSlide("empty")
    with path.open("rb") as file:
        is_tiff = file.read(4).startswith(MAGICS)
    layout = read_layout(path) if is_tiff else None
    reader = _openslide(path)
    if layout is not None and may_pass_through(path, layout.levels, reader):
        return _native(path, layout, reader, status.st_size)
    if reader is not None:
        return _decoded(reader, status.st_size)
    return _flat(path, status.st_size)


def _openslide(path: Path) -> OpenSlideReader | None:
    try:
        return OpenSlideReader(path)
    except SourceUnavailableError:
        return None


def tiles_of(reader: OpenSlideReader, number: int) -> TileReader:
    """The tiles of one of the reader's levels, by column and row."""
    return lambda x, y: reader.tile(number, x, y)


def _native(path: Path, layout: TiffLayout, reader: OpenSlideReader | None, size: int) -> Opened:
    kept = [layout.levels[0]]
    for candidate in layout.levels[1:]:
        parent, child = RawTiles(path, kept[-1]), RawTiles(path, candidate)
        if shows_the_same((parent.read, kept[-1].level), (child.read, candidate.level)):
            kept.append(candidate)
    warnings = []
    if layout.damaged:
        warnings.append(SOME_DAMAGE)
    if layout.empty:
        warnings.append(SOME_MISSING)
    if reader is None:
        warnings.append(NOT_COMPARED)
    levels = tuple(item.level for item in kept)
    return Opened(_inspection("native", levels, reader, size, layout.has_icc, warnings), indexed=tuple(kept))


def _decoded(reader: OpenSlideReader, size: int) -> Opened:
    numbers = [0]
    for number in range(1, len(reader.levels)):
        parent, child = numbers[-1], number
        if shows_the_same(
            (tiles_of(reader, parent), reader.levels[parent]), (tiles_of(reader, child), reader.levels[child])
        ):
            numbers.append(number)
    middle = reader.levels[numbers[-1]]
    try:
        reader.tile(numbers[-1], middle.columns // 2, middle.rows // 2)
    except DamagedTileError as error:
        raise UnreadableSlide("damaged") from error
    levels = tuple(reader.levels[number] for number in numbers)
    inspection = _inspection("openslide", levels, reader, size, reader.has_icc, [])
    return Opened(inspection, reader=reader, numbers=tuple(numbers))


def _flat(path: Path, size: int) -> Opened:
    image = open_flat(path)
    full = Level(image.width, image.height, image.width, image.height, 1.0)
    mpp = flat_mpp(path, image)
    warnings = (FLAT_PICTURE,) if mpp else (FLAT_PICTURE, NO_SCALE)
    inspection = Inspection("flat", (full,), mpp, None, None, False, False, False, size, warnings)
    return Opened(inspection, image=image)


def _inspection(
    kind: Kind,
    levels: tuple[Level, ...],
    reader: OpenSlideReader | None,
    size: int,
    has_icc: bool,
    warnings: list[str],
) -> Inspection:
    names = frozenset[str]() if reader is None else reader.associated_names
    mpp = None if reader is None else reader.mpp
    if mpp is None:
        warnings.append(NO_SCALE)
    elif reader is not None and not reader.square_pixels:
        warnings.append(ODD_PIXELS)
    return Inspection(
        kind=kind,
        levels=levels,
        mpp=mpp,
        objective=None if reader is None else reader.objective,
        vendor=None if reader is None else reader.vendor,
        has_label="label" in names,
        has_macro="macro" in names,
        has_icc=has_icc,
        byte_size=size,
        warnings=tuple(warnings),
    )
