"""A decoding worker: one process that reads tiles with OpenSlide for the tile server and may die at any time.

Requests arrive on standard input, one JSON line each; answers leave on standard output as a status byte, a length
(u32, big-endian) and that many bytes. Started by slides.sources.openslide_pool, never by hand.
"""

from __future__ import annotations

import json
import queue
import resource
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Any

from slides.sources.limits import limit, watch_standard_input
from slides.sources.openslide_pool import ABSENT, ANSWER, CHANGED, DAMAGED, FOUND, OUTSIDE, UNAVAILABLE
from slides.sources.openslide_reader import OpenSlideReader
from slides.sources.protocol import DamagedTileError, NoSuchTileError, SourceChangedError, SourceUnavailableError
from slides.sources.stamp import Stamp, must_be

_ADDRESS_SPACE = 2 * 1024**3
# Resident memory at which the worker leaves after an answer; the pool starts a fresh one.
_RETIRE_KIB = 400 * 1024
_OPEN_SLIDES = 16


class Readers:
    """Open slides, least recently used closed first, keyed by what the file was when it was prepared."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[Path, Stamp], OpenSlideReader] = OrderedDict()

    def get(self, path: Path, stamp: Stamp) -> OpenSlideReader:
        """Raises SourceChangedError where the file at `path` is another one by now."""
        must_be(path, stamp)
        key = (path, stamp)
        if key not in self._open:
            self._open[key] = OpenSlideReader(path)
            if len(self._open) > _OPEN_SLIDES:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(key)
        return self._open[key]


def answer(readers: Readers, request: dict[str, Any]) -> tuple[bytes, bytes]:
    """Status and body for one request: a tile by level, x, y, or an associated image by name.

    What the file is, is looked at before and after: OpenSlide opens it again for every read.
    """
    path, stamp = Path(request["path"]), Stamp(*request["stamp"])
    try:
        result = _read(readers.get(path, stamp), request)
        must_be(path, stamp)
    except SourceChangedError:
        return CHANGED, b""
    except SourceUnavailableError:
        return UNAVAILABLE, b""
    except MemoryError:
        return DAMAGED, b""
    return result


def _read(reader: OpenSlideReader, request: dict[str, Any]) -> tuple[bytes, bytes]:
    try:
        if "associated" in request:
            body = reader.associated(request["associated"])
            return (ABSENT, b"") if body is None else (FOUND, body)
        return FOUND, reader.tile(request["level"], request["x"], request["y"])
    except NoSuchTileError:
        return OUTSIDE, b""
    except (DamagedTileError, OSError, MemoryError):
        return DAMAGED, b""


def resident_kib() -> int:
    """This process's resident memory in KiB. Not ru_maxrss where it can be helped: Linux hands the parent's down."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * resource.getpagesize() // 1024


def main() -> None:
    limit(_ADDRESS_SPACE)
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    watch_standard_input(requests.put)
    readers = Readers()
    while True:
        status, body = answer(readers, json.loads(requests.get()))
        sys.stdout.buffer.write(ANSWER.pack(status, len(body)) + body)
        sys.stdout.buffer.flush()
        if resident_kib() > _RETIRE_KIB:
            return


if __name__ == "__main__":
    main()
