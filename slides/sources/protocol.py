"""What every reader of pixels offers, and the errors it may raise.

A pixel source knows the allowed levels of one slide and hands out finished JPEG tiles. The label and the macro
photograph carry names and numbers of people: they are never a level, never part of a thumbnail, and come out only
when `associated` is asked for them by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

AssociatedName = Literal["label", "macro"]


class NoSuchTileError(LookupError):
    """The level, column or row lies outside the slide."""


class DamagedTileError(Exception):
    """The tile exists but its bytes cannot be used. Other tiles of the slide may well be fine."""


class SourceUnavailableError(Exception):
    """The file or what was made of it is not there, or cannot be read."""


class NotAsPreparedError(SourceUnavailableError):
    """What is on the disk is there, and is not what ingest left: no tile of it may be shown."""


class SourceChangedError(NotAsPreparedError):
    """The file is no longer the one that was prepared."""


class UnpreparedError(NotAsPreparedError):
    """The prepared folder is incomplete, or was made by another release: the file has to be prepared again."""


class SourceBusyError(Exception):
    """Nobody could read it in time. The next attempt may well succeed."""


@dataclass(frozen=True, slots=True)
class Level:
    """One resolution of a slide. Sizes in pixels of this level; `downsample` is 1.0 for the full resolution.

    Tiles start at the top left; those of the last column and row may be padded to the full tile size.
    """

    width: int
    height: int
    tile_width: int
    tile_height: int
    downsample: float

    @property
    def columns(self) -> int:
        return -(-self.width // self.tile_width)

    @property
    def rows(self) -> int:
        return -(-self.height // self.tile_height)

    @property
    def longest_side(self) -> int:
        return max(self.width, self.height)


class PixelSource(Protocol):
    """One slide, whatever its format. Safe to use from several threads at once."""

    @property
    def levels(self) -> Sequence[Level]:
        """Allowed levels, full resolution first, each smaller than the one before."""

    @property
    def mpp(self) -> float | None:
        """Microns per pixel at full resolution, or None where the file does not say so believably."""

    @property
    def objective(self) -> float | None:
        """Power of the objective (20.0, 40.0), or None."""

    def tile(self, level: int, x: int, y: int) -> bytes:
        """One complete JPEG. Raises NoSuchTileError, DamagedTileError, SourceUnavailableError or SourceBusyError."""

    def thumbnail(self, max_px: int) -> bytes:
        """A JPEG no longer than `max_px` on its longer side, made from the allowed levels only."""

    def associated(self, name: AssociatedName) -> bytes | None:
        """The label or macro photograph as JPEG, or None where the file has none."""

    def close(self) -> None:
        """Give back file descriptors."""
