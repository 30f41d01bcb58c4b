"""Opened slides, kept because opening costs more than a tile: the last used ones, whatever session asked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from slides.sources.openslide_pool import OpenSlidePool
from slides.sources.prepared import PreparedSlide
from slides.sources.protocol import SourceUnavailableError

KEPT = 200
_Key = tuple[str, str, int, int]


class Handles:
    """At most `kept` opened slides by folder and by what the source file is right now.

    An evicted slide closes its descriptors when the last request that uses it is done.
    """

    def __init__(self, pool: OpenSlidePool, kept: int = KEPT) -> None:
        self._pool, self._kept = pool, kept
        self._lock = threading.Lock()
        self._open: OrderedDict[_Key, PreparedSlide] = OrderedDict()

    def get(self, prepared_dir: Path, source_path: Path | None) -> PreparedSlide:
        """The opened slide. Raises SourceUnavailableError."""
        try:
            status = (source_path or prepared_dir / "index.bin").stat()
        except OSError as error:
            raise SourceUnavailableError("the source file is gone") from error
        key = (str(prepared_dir), str(source_path), status.st_size, status.st_mtime_ns)
        with self._lock:
            if key in self._open:
                self._open.move_to_end(key)
                return self._open[key]
        opened = PreparedSlide(prepared_dir, source_path, self._pool)
        with self._lock:
            self._open[key] = opened
            if len(self._open) > self._kept:
                self._open.popitem(last=False)
        return opened

    def __len__(self) -> int:
        return len(self._open)
