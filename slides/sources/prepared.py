"""A slide after ingest: what the tile server opens. Native levels are passed through, others go to a worker.

Everything known about the slide stands in its prepared folder: meta.json, index.bin, thumbnail.jpg, source.json (what
the slide's own file was) and, where they were needed, overview.tif or pyramid.tif. Beside it only that file is read.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from PIL import Image

from slides.index import IndexFormatError
from slides.sources.jpeg import encode
from slides.sources.native import NativeTiles
from slides.sources.openslide_pool import OpenSlidePool
from slides.sources.protocol import (
    AssociatedName,
    Level,
    NoSuchTileError,
    SourceUnavailableError,
    UnpreparedError,
)
from slides.sources.stamp import must_be, recorded_stamp

META_NAME = "meta.json"
THUMBNAIL_NAME = "thumbnail.jpg"
META_FORMAT = 2


def levels_of(meta: dict[str, Any]) -> tuple[Level, ...]:
    """The served levels as meta.json lists them, full resolution first."""
    width, height = meta["width"], meta["height"]
    return tuple(
        Level(item["w"], item["h"], item["tw"], item["th"], (width / item["w"] + height / item["h"]) / 2)
        for item in meta["levels"]
    )


class PreparedSlide:
    """The PixelSource of an ingested slide.

    `directory` is the content-versioned folder that ingest wrote, `source` the slide's own file; `pool` decodes what
    cannot pass through, and may be missing where no such tile is asked for. Raises SourceChangedError where the source
    is not the file that was prepared, SourceUnavailableError where it is missing, UnpreparedError where the folder
    lacks something.
    """

    def __init__(self, directory: Path, source: Path | None, pool: OpenSlidePool | None) -> None:
        self._directory, self._source, self._pool = directory, source, pool
        # The file first: where the whole disk is away, nothing can be said about what was prepared.
        if source is not None and not source.exists():
            raise SourceUnavailableError("the source file is gone")
        self._stamp = recorded_stamp(directory)
        self.check()
        try:
            meta = json.loads((directory / META_NAME).read_bytes())
            self._native = NativeTiles(directory, source, self._stamp)
        except (OSError, ValueError, IndexFormatError) as error:
            raise UnpreparedError("the prepared folder is incomplete") from error
        self.version: str = meta["version"]
        self.mpp: float | None = meta["mpp"]
        self.objective: float | None = meta["objective"]
        self.levels = levels_of(meta)
        # Where each level's tiles come from: passed through (True) or decoded, and the number of the level there.
        self._routes = [(item["file"] != "openslide", int(item["number"])) for item in meta["levels"]]

    def check(self) -> None:
        """Whether the source is still the file that was prepared. Raises as at opening."""
        if self._source is not None:
            must_be(self._source, self._stamp)

    def tile(self, level: int, x: int, y: int) -> bytes:
        if not 0 <= level < len(self._routes):
            raise NoSuchTileError
        passes, number = self._routes[level]
        if passes:
            return self._native.tile(number, x, y)
        shape = self.levels[level]
        if self._source is None or not (0 <= x < shape.columns and 0 <= y < shape.rows):
            raise NoSuchTileError
        if self._pool is None:
            raise SourceUnavailableError("nobody here decodes")
        return self._pool.tile(self._source, self._stamp, number, x, y)

    def thumbnail(self, max_px: int) -> bytes:
        """The stored thumbnail, made smaller where `max_px` asks for it."""
        try:
            stored = (self._directory / THUMBNAIL_NAME).read_bytes()
        except OSError as error:
            raise UnpreparedError("no thumbnail") from error
        image = Image.open(io.BytesIO(stored), formats=("JPEG",))
        if max(image.size) <= max_px:
            return stored
        image.thumbnail((max_px, max_px))
        return encode(image.convert("RGB"))

    def associated(self, name: AssociatedName) -> bytes | None:
        if self._source is None or self._pool is None:
            return None
        return self._pool.associated(self._source, self._stamp, name)

    def close(self) -> None:
        """Nothing to do by hand: descriptors close with the last user of the object."""
