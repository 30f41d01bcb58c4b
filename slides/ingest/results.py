"""What ingest found and made, as plain values: light enough for processes that never touch an image library."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from slides.sources.prepared import META_NAME, levels_of
from slides.sources.protocol import Level

Kind = Literal["native", "openslide", "flat"]
# A part of 1, and an English sentence ready for translation.
Progress = Callable[[float, str], None]
WORK_PREFIX = ".making-"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file holds. Nothing of its own texts (names, users, dates) is in here.

    `levels` are the allowed ones as the file has them; for a flat picture the one full resolution. `warnings` are
    English sentences ready for translation.
    """

    kind: Kind
    levels: tuple[Level, ...]
    mpp: float | None
    objective: float | None
    vendor: str | None
    has_label: bool
    has_macro: bool
    has_icc: bool
    byte_size: int
    warnings: tuple[str, ...]

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Inspection:
        """From what dataclasses.asdict and JSON made of one."""
        levels = tuple(Level(**item) for item in found["levels"])
        return cls(**(found | {"levels": levels, "warnings": tuple(found["warnings"])}))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared slide: `directory` is out_dir/version and holds all the server needs beside the source file.

    `inspection.levels` are the file's own levels; `levels` are those served, made ones included.
    """

    directory: Path
    version: str
    sha256: str
    levels: tuple[Level, ...]
    inspection: Inspection

    @classmethod
    def load(cls, directory: Path) -> Prepared:
        """Read back what prepare wrote. Raises OSError where it is not there."""
        meta = json.loads((directory / META_NAME).read_bytes())
        inspection = Inspection.from_json(meta["inspection"])
        return cls(directory, meta["version"], meta["sha256"], levels_of(meta), inspection)
