"""Putting regions and whole small levels together from the tiles of a level."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from slides.sources.jpeg import decode
from slides.sources.protocol import DamagedTileError, Level

# Column and row to a finished JPEG tile.
TileReader = Callable[[int, int], bytes]
WHITE = (255, 255, 255)


def decoded_tile(read: TileReader, level: Level, x: int, y: int, shrink: int = 1) -> Image.Image:
    """One tile as RGB, shrunk by 1, 2, 4 or 8. A damaged tile comes out white: the rest of the slide is still good."""
    try:
        return decode(read(x, y), shrink=shrink)
    except (DamagedTileError, OSError):
        return Image.new("RGB", (level.tile_width // shrink, level.tile_height // shrink), WHITE)


def region(read: TileReader, level: Level, box: tuple[int, int, int, int]) -> Image.Image:
    """RGB pixels of `box` (left, top, right, bottom) in the level's own coordinates, white beyond its edge."""
    left, top, right, bottom = box
    canvas = Image.new("RGB", (right - left, bottom - top), WHITE)
    for y in range(top // level.tile_height, min(level.rows, -(-bottom // level.tile_height))):
        for x in range(left // level.tile_width, min(level.columns, -(-right // level.tile_width))):
            at = (x * level.tile_width - left, y * level.tile_height - top)
            canvas.paste(decoded_tile(read, level, x, y), at)
    return canvas


def whole(read: TileReader, level: Level) -> Image.Image:
    """A complete level; only for small ones."""
    return region(read, level, (0, 0, level.width, level.height))
