"""Checks on a file's own tiles before they are passed through: fit for browsers, and the picture OpenSlide shows."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from slides.index import DAMAGED, IndexedLevel
from slides.sources.errors import UnreadableSlide
from slides.sources.jpeg import UnfitStreamError, blank, check_for_browser, decode
from slides.sources.openslide_reader import OpenSlideReader
from slides.sources.protocol import DamagedTileError

# OpenSlide resamples levels whose factor is not whole, which costs a few grey values; wrong colours cost dozens.
_MEAN_DIFFERENCE = 12.0


class RawTiles:
    """Reads a level's tiles straight from its file; `read` has the shape mosaic.TileReader wants."""

    def __init__(self, path: Path, level: IndexedLevel) -> None:
        self._indexed, self._level = level, level.level
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def read(self, x: int, y: int) -> bytes:
        offset, length = self._indexed.tiles[y * self._level.columns + x]
        if length == DAMAGED:
            raise DamagedTileError
        if length == 0:
            return blank(self._level.tile_width, self._level.tile_height)
        return self._indexed.prefix + os.pread(self._descriptor, length, offset)[2:]

    def __del__(self) -> None:
        os.close(self._descriptor)


def _samples(indexed: IndexedLevel) -> list[tuple[int, int]]:
    """The corners, the middle and the tile with the most bytes, without those that hold nothing."""
    level = indexed.level
    columns, rows = level.columns, level.rows
    usable = [length if length != DAMAGED else 0 for _, length in indexed.tiles]
    fullest = max(range(len(usable)), key=usable.__getitem__)
    spots = {
        (0, 0),
        (columns - 1, rows - 1),
        (columns // 2, rows // 2),
        (fullest % columns, fullest // columns),
    }
    return sorted(spot for spot in spots if usable[spot[1] * columns + spot[0]])


def _difference(stream: bytes, reader: OpenSlideReader, number: int, x: int, y: int, indexed: IndexedLevel) -> float:
    """Mean absolute difference per channel between our tile and OpenSlide's view of the same place."""
    level = indexed.level
    left, top = x * level.tile_width, y * level.tile_height
    width, height = min(level.tile_width, level.width - left), min(level.tile_height, level.height - top)
    shown = np.asarray(reader.region(number, left, top, width, height), dtype=np.int16)
    ours = np.asarray(decode(stream).crop((0, 0, width, height)), dtype=np.int16)
    return float(np.abs(ours - shown).mean())


def may_pass_through(path: Path, levels: tuple[IndexedLevel, ...], reader: OpenSlideReader | None) -> bool:
    """True where the sampled tiles of every level are fit for browsers and look as OpenSlide shows them.

    Raises UnreadableSlide("damaged") where no sampled tile of the full resolution decodes.
    """
    sizes = [] if reader is None else [(item.width, item.height) for item in reader.levels]
    for position, indexed in enumerate(levels):
        level, raw = indexed.level, RawTiles(path, indexed)
        decoded = 0
        spots = _samples(indexed)
        for x, y in spots:
            stream = raw.read(x, y)
            try:
                check_for_browser(stream, level.tile_width, level.tile_height)
                decode(stream)
                decoded += 1
                if reader is not None and (level.width, level.height) in sizes:
                    number = sizes.index((level.width, level.height))
                    if _difference(stream, reader, number, x, y, indexed) > _MEAN_DIFFERENCE:
                        return False
            except (UnfitStreamError, IndexError):
                return False
            except (OSError, DamagedTileError):
                continue
        if position == 0 and spots and not decoded:
            raise UnreadableSlide("damaged")
    return True
