"""The tile index: where each tile's bytes lie in which file. Made once at ingest, mapped into memory by the server.

Layout, little-endian throughout:

    header   magic "CTILES02" | number of levels (u32) | reserved (u32)
    levels   width height tile_width tile_height (u32 each) | file (u8) and padding | prefix length (u32)
             | prefix offset (u64) | records offset (u64) | downsample (f64)
    prefixes the bytes that go before each tile of a level (header, colour marker, tables)
    records  per tile, row by row: offset (u64) and length (u32); length 0 is a tile the scanner left out,
             0xFFFFFFFF one that was found damaged at ingest
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from slides.sources.protocol import Level, NoSuchTileError

_MAGIC = b"CTILES02"
_HEADER = struct.Struct("<8sII")
_LEVEL = struct.Struct("<IIIIB3xIQQd")
RECORD = struct.Struct("<QI")
DAMAGED = 0xFFFFFFFF


class IndexFormatError(Exception):
    """The file is not a tile index, or is cut short."""


class TileFile(IntEnum):
    """Which file a level's tiles lie in: the slide itself, or one that ingest made beside the index."""

    SOURCE = 0
    OVERVIEW = 1
    PYRAMID = 2


@dataclass(frozen=True, slots=True)
class IndexedLevel:
    """One level to be written: `tiles` holds (offset, length) row by row."""

    level: Level
    file: TileFile
    prefix: bytes
    tiles: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class MappedLevel:
    """One level as the server sees it; `first` is the position of its first record."""

    level: Level
    file: TileFile
    prefix: bytes
    columns: int
    rows: int
    first: int


def write_index(path: Path, levels: Sequence[IndexedLevel]) -> None:
    """Write the index of `levels`, full resolution first. Raises ValueError where the tiles do not fill the grid."""
    prefix_at = _HEADER.size + _LEVEL.size * len(levels)
    record_at = prefix_at + sum(len(item.prefix) for item in levels)
    head = [_HEADER.pack(_MAGIC, len(levels), 0)]
    for item in levels:
        grid = item.level.columns * item.level.rows
        if len(item.tiles) != grid:
            raise ValueError(f"{len(item.tiles)} tiles for a grid of {grid}")
        size = (item.level.width, item.level.height, item.level.tile_width, item.level.tile_height)
        head.append(_LEVEL.pack(*size, item.file, len(item.prefix), prefix_at, record_at, item.level.downsample))
        prefix_at += len(item.prefix)
        record_at += RECORD.size * grid
    with path.open("wb") as out:
        out.writelines(head)
        out.writelines(item.prefix for item in levels)
        for item in levels:
            out.write(b"".join(RECORD.pack(offset, length) for offset, length in item.tiles))


class TileIndex:
    """A mapped index. Cheap to keep open, safe to read from many threads."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._map = mmap.mmap(descriptor, 0, prot=mmap.PROT_READ)
        except ValueError as error:
            raise IndexFormatError("empty index") from error
        finally:
            os.close(descriptor)
        try:
            self.levels = self._parse()
        except struct.error as error:
            raise IndexFormatError("index cut short") from error

    def _parse(self) -> tuple[MappedLevel, ...]:
        magic, count, _ = _HEADER.unpack_from(self._map, 0)
        if magic != _MAGIC:
            raise IndexFormatError("not a tile index")
        levels = []
        for number in range(count):
            width, height, tile_width, tile_height, file, length, prefix_at, record_at, downsample = _LEVEL.unpack_from(
                self._map, _HEADER.size + number * _LEVEL.size
            )
            level = Level(width, height, tile_width, tile_height, downsample)
            if record_at + RECORD.size * level.columns * level.rows > len(self._map):
                raise IndexFormatError("index cut short")
            prefix = self._map[prefix_at : prefix_at + length]
            levels.append(MappedLevel(level, TileFile(file), prefix, level.columns, level.rows, record_at))
        return tuple(levels)

    def locate(self, number: int, x: int, y: int) -> tuple[int, int]:
        """Offset and length of a tile in its level's file. Raises NoSuchTileError outside the grid."""
        if not 0 <= number < len(self.levels):
            raise NoSuchTileError
        entry = self.levels[number]
        if not (0 <= x < entry.columns and 0 <= y < entry.rows):
            raise NoSuchTileError
        offset, length = RECORD.unpack_from(self._map, entry.first + RECORD.size * (y * entry.columns + x))
        return offset, length

    def close(self) -> None:
        self._map.close()
