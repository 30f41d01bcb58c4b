"""Is this still the file that was prepared? One definition for ingest, the tile process and the decoding workers.

Ingest records what the file was in the prepared folder; whoever reads pixels of the file compares, when it is opened
and again after every read. Content can be written and its time set back, but the time at which the inode last changed
cannot be set by anybody: a file that was exchanged, written to or restored is another one, whatever it holds.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from slides.sources.protocol import SourceChangedError, SourceUnavailableError, UnpreparedError

STAMP_NAME = "source.json"


class Stamp(NamedTuple):
    """What a file is at one moment: bytes, and nanoseconds of the last change of its content and of its inode."""

    size: int
    mtime_ns: int
    ctime_ns: int


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp in the answer of stat or fstat."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def is_still(stamp: Stamp, status: os.stat_result) -> bool:
    """Whether the file in this answer of stat or fstat is the one of the stamp. Asked for every tile."""
    return (
        status.st_ctime_ns == stamp.ctime_ns and status.st_mtime_ns == stamp.mtime_ns and status.st_size == stamp.size
    )


def must_be(path: Path, stamp: Stamp) -> None:
    """Raises SourceChangedError where the file is another one by now, SourceUnavailableError where it is gone."""
    try:
        status = path.stat()
    except OSError as error:
        raise SourceUnavailableError("the source file is gone") from error
    if not is_still(stamp, status):
        raise SourceChangedError("the source file is not the one that was prepared")


def record_stamp(folder: Path, stamp: Stamp) -> None:
    """Keep the stamp in a prepared folder, in place of an earlier one; whoever reads it meets one or the other."""
    new = folder / f".{STAMP_NAME}.new"
    new.write_text(json.dumps(stamp._asdict()))
    new.replace(folder / STAMP_NAME)


def recorded_stamp(folder: Path) -> Stamp:
    """The stamp of a prepared folder. Raises UnpreparedError where it holds none."""
    try:
        return Stamp(**json.loads((folder / STAMP_NAME).read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise UnpreparedError("the prepared folder does not say what the source file was") from error
