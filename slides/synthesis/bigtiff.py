"""A small BigTIFF writer for pages whose image data is compressed already: nothing is encoded, bytes are copied."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

_ASCII, _SHORT, _LONG, _UNDEFINED, _LONG8 = 2, 3, 4, 7, 16
_FORMATS = {_SHORT: "H", _LONG: "I", _LONG8: "Q"}

SUBFILE_TYPE, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, DESCRIPTION = 254, 256, 257, 258, 259, 262, 270
STRIP_OFFSETS, SAMPLES, ROWS_PER_STRIP, STRIP_COUNTS, PLANAR = 273, 277, 278, 279, 284
TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_COUNTS, JPEG_TABLES, SUBSAMPLING = 322, 323, 324, 325, 347, 530

JPEG, DEFLATE = 7, 8
RGB, YCBCR = 2, 6


class BigTiffWriter:
    """Writes one page after the other; use it in a `with` statement."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b")
        self._file.write(struct.pack("<2sHHHQ", b"II", 43, 8, 0, 0))
        self._link = 8

    def page(
        self,
        size: tuple[int, int],
        blobs: Iterable[bytes],
        *,
        description: str,
        compression: int = JPEG,
        photometric: int = YCBCR,
        subfile_type: int = 0,
        tile: tuple[int, int] | None = None,
        tables: bytes | None = None,
        subsampling: tuple[int, int] = (2, 2),
    ) -> None:
        """Append an 8-bit colour page of `size` (width, height): tiles row by row, or without `tile` one strip."""
        offsets, counts = [], []
        for blob in blobs:
            offsets.append(self._file.tell())
            counts.append(len(blob))
            self._file.write(blob)
        values: dict[int, tuple[int, int, bytes]] = {
            SUBFILE_TYPE: _numbers(_LONG, [subfile_type]),
            WIDTH: _numbers(_LONG, [size[0]]),
            HEIGHT: _numbers(_LONG, [size[1]]),
            BITS: _numbers(_SHORT, [8, 8, 8]),
            COMPRESSION: _numbers(_SHORT, [compression]),
            PHOTOMETRIC: _numbers(_SHORT, [photometric]),
            DESCRIPTION: _bytes(_ASCII, description.encode("ascii") + b"\0"),
            SAMPLES: _numbers(_SHORT, [3]),
            PLANAR: _numbers(_SHORT, [1]),
        }
        if tile is None:
            values[STRIP_OFFSETS] = _numbers(_LONG8, offsets)
            values[ROWS_PER_STRIP] = _numbers(_LONG, [size[1]])
            values[STRIP_COUNTS] = _numbers(_LONG, counts)
        else:
            values[TILE_WIDTH], values[TILE_HEIGHT] = _numbers(_LONG, [tile[0]]), _numbers(_LONG, [tile[1]])
            values[TILE_OFFSETS], values[TILE_COUNTS] = _numbers(_LONG8, offsets), _numbers(_LONG, counts)
        if tables:
            values[JPEG_TABLES] = _bytes(_UNDEFINED, tables)
        if photometric == YCBCR:
            values[SUBSAMPLING] = _numbers(_SHORT, list(subsampling))
        self._directory(values)

    def _directory(self, values: dict[int, tuple[int, int, bytes]]) -> None:
        entries = []
        for tag, (kind, count, content) in sorted(values.items()):
            field = content.ljust(8, b"\0")
            if len(content) > 8:
                self._align()
                field = struct.pack("<Q", self._file.tell())
                self._file.write(content)
            entries.append(struct.pack("<HHQ", tag, kind, count) + field)
        self._align()
        start = self._file.tell()
        self._file.write(struct.pack("<Q", len(entries)) + b"".join(entries))
        next_link = self._file.tell()
        self._file.write(struct.pack("<Q", 0))
        self._file.seek(self._link)
        self._file.write(struct.pack("<Q", start))
        self._file.seek(0, 2)
        self._link = next_link

    def _align(self) -> None:
        self._file.write(b"\0" * (-self._file.tell() % 8))

    def __enter__(self) -> BigTiffWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _numbers(kind: int, values: list[int]) -> tuple[int, int, bytes]:
    return kind, len(values), struct.pack(f"<{len(values)}{_FORMATS[kind]}", *values)


def _bytes(kind: int, content: bytes) -> tuple[int, int, bytes]:
    return kind, len(content), content
