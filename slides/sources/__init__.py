"""Readers of slide pixels, one kind each, behind one protocol: levels, scale, tiles, thumbnail.

Plain Python without Django, so that limited child processes can use it.
"""

from slides.sources.errors import UnreadableSlide
from slides.sources.protocol import (
    AssociatedName,
    DamagedTileError,
    Level,
    NoSuchTileError,
    NotAsPreparedError,
    PixelSource,
    SourceBusyError,
    SourceChangedError,
    SourceUnavailableError,
    UnpreparedError,
)

__all__ = [
    "AssociatedName",
    "DamagedTileError",
    "Level",
    "NoSuchTileError",
    "NotAsPreparedError",
    "PixelSource",
    "SourceBusyError",
    "SourceChangedError",
    "SourceUnavailableError",
    "UnpreparedError",
    "UnreadableSlide",
]
