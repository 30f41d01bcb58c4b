"""Tiled JPEG inside TIFF (Aperio SVS, generic pyramids, OME-TIFF): which pages are levels, and where tiles lie.

A page is a level because it is tiled, has the slide's shape and an innocent SubfileType; names and descriptions
are not asked, because files exist whose label page has none. Only the first page may be the full resolution.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import tifffile

from slides.index import DAMAGED, IndexedLevel, TileFile
from slides.sources import geometry
from slides.sources.errors import UnreadableSlide
from slides.sources.jpeg import SOI, tile_prefix

MAGICS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_JPEG = 7
_RGB, _YCBCR = 2, 6
_REDUCED = 1
_MAX_PAGES = 1000
# One bad tile in a hundred may be a scratch on the disk; more is a damaged file.
_TOLERATED_DAMAGE = 0.01


@dataclass(frozen=True, slots=True)
class TiffLayout:
    """The levels of a file whose tiles can pass through, in the order of their size, and what was noticed."""

    levels: tuple[IndexedLevel, ...]
    has_icc: bool
    damaged: int
    empty: int


def _is_tiled_jpeg(page: tifffile.TiffPage) -> bool:
    return bool(
        page.is_tiled
        and page.compression == _JPEG
        and page.photometric in (_RGB, _YCBCR)
        and page.samplesperpixel == 3
        and page.bitspersample == 8
        and page.planarconfig == 1
        and page.imagedepth == 1
        and page.tilewidth % 16 == 0
        and page.tilelength % 16 == 0
    )


def _pages(tif: tifffile.TiffFile) -> Iterator[tifffile.TiffPage]:
    """The pages of the main chain, then those hanging below the first (OME-TIFF keeps its levels there)."""
    for page in islice(tif.pages, _MAX_PAGES):
        if isinstance(page, tifffile.TiffPage):
            yield page
    first = tif.pages.first
    if first.subifds:
        for page in islice(first.pages or (), _MAX_PAGES):
            if isinstance(page, tifffile.TiffPage):
                yield page


def _level_pages(tif: tifffile.TiffFile) -> list[tifffile.TiffPage]:
    first = tif.pages.first
    full = (first.imagewidth, first.imagelength)
    # Aperio keeps its levels at SubfileType 0; the value 1 is its label. Elsewhere 1 means a smaller level.
    innocent = {0} if first.description.startswith("Aperio") else {0, _REDUCED}
    chosen = [first]
    rest = [page for page in _pages(tif) if page.offset != first.offset and _is_tiled_jpeg(page)]
    for page in sorted(rest, key=lambda page: -page.imagewidth):
        size = (page.imagewidth, page.imagelength)
        smaller = size[0] < chosen[-1].imagewidth and size[1] < chosen[-1].imagelength
        if int(page.subfiletype) in innocent and smaller and geometry.is_level_of(full, size):
            chosen.append(page)
    return chosen


def _first_directory(path: Path) -> int:
    """Where the first directory lies; scanners write it behind the pixels, so a half-sent file has none."""
    with path.open("rb") as file:
        head = file.read(16).ljust(16, b"\0")
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    classic = head[2:4] in (b"*\0", b"\0*")
    return int.from_bytes(head[4:8] if classic else head[8:16], order)


def _check_chain(tif: tifffile.TiffFile, size: int) -> None:
    """Every page's directory must lie inside the file: a half-sent file loses its last ones, and the parser, which
    only logs that, would show a slide without its smaller levels. Raises UnreadableSlide("truncated")."""
    layout = tif.tiff
    for page in islice(tif.pages, _MAX_PAGES):
        entries_at = page.offset + layout.tagnosize
        file = tif.filehandle
        file.seek(page.offset)
        count = struct.unpack(layout.tagnoformat, file.read(layout.tagnosize))[0]
        file.seek(entries_at + count * layout.tagsize)
        following = struct.unpack(layout.offsetformat, file.read(layout.offsetsize))[0]
        if following >= size:
            raise UnreadableSlide("truncated")


def _tile_table(page: tifffile.TiffPage, size: int) -> list[tuple[int, int]]:
    columns, rows = -(-page.imagewidth // page.tilewidth), -(-page.imagelength // page.tilelength)
    if columns * rows > geometry.MAX_TILES or max(page.imagewidth, page.imagelength) > geometry.MAX_SIDE:
        raise UnreadableSlide("too_large")
    offsets, counts = page.dataoffsets, page.databytecounts
    if len(offsets) < columns * rows or len(counts) < columns * rows:
        raise UnreadableSlide("truncated")
    table = list(islice(zip(offsets, counts, strict=False), columns * rows))
    if any(offset + count > size for offset, count in table):
        raise UnreadableSlide("truncated")
    return table


def _check_starts(path: Path, table: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The table with every tile that does not begin like a JPEG stream marked as damaged."""
    checked = []
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        for offset, count in table:
            whole = count == 0 or (count > 4 and os.pread(descriptor, 2, offset) == SOI)
            checked.append((offset, count if whole else DAMAGED))
    finally:
        os.close(descriptor)
    return checked


def read_layout(path: Path, file: TileFile = TileFile.SOURCE) -> TiffLayout | None:
    """The tile layout of a tiled JPEG TIFF, or None where its first page is something else.

    Raises UnreadableSlide: `truncated` where a tile lies beyond the end of the file, `damaged` where more than one
    tile in a hundred is not a JPEG stream, `too_large`, or `not_an_image` where the TIFF cannot be parsed.
    """
    size = path.stat().st_size
    if _first_directory(path) >= size:
        raise UnreadableSlide("truncated")
    try:
        with tifffile.TiffFile(path) as tif:
            if not _is_tiled_jpeg(tif.pages.first):
                return None
            _check_chain(tif, size)
            pages = _level_pages(tif)
            tables = [_tile_table(page, size) for page in pages]
            prefixes = [tile_prefix(page.jpegtables, rgb=page.photometric == _RGB) for page in pages]
            sizes = [(page.imagewidth, page.imagelength) for page in pages]
            tiles = [(page.tilewidth, page.tilelength) for page in pages]
            has_icc = pages[0].iccprofile is not None
    except UnreadableSlide:
        raise
    except MemoryError:
        raise
    except Exception as error:  # a hostile header can make the parser stumble anywhere
        raise UnreadableSlide("not_an_image") from error
    checked = [_check_starts(path, table) for table in tables]
    flat = [count for table in checked for _, count in table]
    damaged, empty = flat.count(DAMAGED), flat.count(0)
    if damaged > _TOLERATED_DAMAGE * len(flat) or empty == len(flat):
        raise UnreadableSlide("damaged")
    levels = tuple(
        IndexedLevel(geometry.level(sizes[0], own, tile), file, prefix, table)
        for own, tile, prefix, table in zip(sizes, tiles, prefixes, checked, strict=True)
    )
    return TiffLayout(levels, has_icc, damaged, empty)


def first_page_is_the_picture(path: Path) -> bool:
    """May the first page of a TIFF that nothing else understands be shown? Only if no other page is larger, and its
    SubfileType is that of a full picture: else it might be a label or an overview photograph."""
    try:
        with tifffile.TiffFile(path) as tif:
            first = tif.pages.first
            areas = [page.imagewidth * page.imagelength for page in _pages(tif)]
            return int(first.subfiletype) == 0 and first.imagewidth * first.imagelength == max(areas)
    except MemoryError:
        raise
    except Exception as error:
        raise UnreadableSlide("not_an_image") from error
