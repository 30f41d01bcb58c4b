"""Opened slides, kept because opening costs more than a tile: the last used ones, whatever session asked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from slides.sources.openslide_pool import OpenSlidePool
from slides.sources.prepared import PreparedSlide
from slides.sources.protocol import NotAsPreparedError

KEPT = 200
_Key = tuple[Path, Path | None]


class Handles:
    """At most `kept` opened slides by folder and source file; what was kept is looked at again before it is given.

    An evicted slide closes its descriptors when the last request that uses it is done.
    """

    def __init__(self, pool: OpenSlidePool, kept: int = KEPT) -> None:
        self._pool, self._kept = pool, kept
        self._lock = threading.Lock()
        self._open: OrderedDict[_Key, PreparedSlide] = OrderedDict()

    def get(self, prepared_dir: Path, source_path: Path | None) -> PreparedSlide:
        """The opened slide. Raises SourceUnavailableError, and its kinds NotAsPreparedError."""
        key = (prepared_dir, source_path)
        with self._lock:
            known = self._open.get(key)
            if known is not None:
                self._open.move_to_end(key)
        if known is not None:
            try:
                known.check()
            except NotAsPreparedError:  # unless it was prepared again since this one was opened
                with self._lock:
                    self._open.pop(key, None)
            else:
                return known
        opened = PreparedSlide(prepared_dir, source_path, self._pool)
        with self._lock:
            self._open[key] = opened
            if len(self._open) > self._kept:
                self._open.popitem(last=False)
        return opened

    def __len__(self) -> int:
        return len(self._open)
