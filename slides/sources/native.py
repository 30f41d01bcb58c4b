"""Tiles passed through as they lie in the file: one positioned read each, nothing decoded.

After the read the descriptor is asked whether the file is still the one that was prepared: bytes that were written
over it in the meantime are never sent.

Descriptors close when the last user lets go of the object, never while another thread may be reading: a number
that is closed early can be given to another file, and then bytes of the wrong slide would come out.
"""

from __future__ import annotations

import os
from pathlib import Path

from slides.index import DAMAGED, TileFile, TileIndex
from slides.sources.jpeg import SOI, blank
from slides.sources.protocol import DamagedTileError, SourceChangedError, SourceUnavailableError, UnpreparedError
from slides.sources.stamp import Stamp, is_still

FILE_NAMES = {TileFile.OVERVIEW: "overview.tif", TileFile.PYRAMID: "pyramid.tif"}


class NativeTiles:
    """The indexed levels of one prepared slide.

    `directory` holds index.bin and what ingest made; `source` is the slide's own file and `stamp` what it was then.
    Raises UnpreparedError where something that was made is missing, SourceUnavailableError where the source is, and
    SourceChangedError where it is another file by now.
    """

    def __init__(self, directory: Path, source: Path | None, stamp: Stamp) -> None:
        self._descriptors: dict[TileFile, int] = {}
        self._stamp = stamp
        self.index = TileIndex(directory / "index.bin")
        self._blank: dict[tuple[int, int], bytes] = {}
        for file in {item.file for item in self.index.levels}:
            path = source if file is TileFile.SOURCE else directory / FILE_NAMES[file]
            if path is None:
                raise SourceUnavailableError("no source file")
            try:
                self._descriptors[file] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError as error:
                missing = SourceUnavailableError if file is TileFile.SOURCE else UnpreparedError
                raise missing(f"{file.name.lower()} cannot be opened") from error
        if TileFile.SOURCE in self._descriptors:
            self._check()

    def _check(self) -> None:
        if not is_still(self._stamp, os.fstat(self._descriptors[TileFile.SOURCE])):
            raise SourceChangedError("the source file is not the one that was prepared")

    def tile(self, number: int, x: int, y: int) -> bytes:
        """One complete JPEG. `number` counts the indexed levels only."""
        offset, length = self.index.locate(number, x, y)
        entry = self.index.levels[number]
        if length == 0:
            return self._blank_tile(entry.level.tile_width, entry.level.tile_height)
        if length == DAMAGED:
            raise DamagedTileError("found damaged at ingest")
        try:
            data = os.pread(self._descriptors[entry.file], length, offset)
        except OSError as error:
            raise SourceUnavailableError("reading failed") from error
        if entry.file is TileFile.SOURCE:
            self._check()
        if len(data) != length or not data.startswith(SOI):
            raise DamagedTileError("short or not a JPEG stream")
        return entry.prefix + data[2:]

    def _blank_tile(self, width: int, height: int) -> bytes:
        if (width, height) not in self._blank:
            self._blank[width, height] = blank(width, height)
        return self._blank[width, height]

    def __del__(self) -> None:
        for descriptor in self._descriptors.values():
            os.close(descriptor)
