"""The small levels a file lacks: without them the first view of a slide would load a hundred tiles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyvips
from PIL import Image

from slides.index import IndexedLevel, TileFile
from slides.ingest.mosaic import WHITE, TileReader, decoded_tile
from slides.ingest.pyramid import write_pyramid
from slides.sources import geometry
from slides.sources.protocol import Level
from slides.sources.tiff import read_layout

# A slide's smallest level is at most this long on its longer side.
LARGEST_OVERVIEW_PX = 1250
# Made levels end at the first one not longer than this: the home view then loads a handful of tiles.
_SMALL_ENOUGH_PX = 640
_QUALITY = 85


def _factor(lowest: Level) -> int:
    """How much to shrink the lowest level for the first made one."""
    return 4 if lowest.longest_side > 4 * _SMALL_ENOUGH_PX else 2


def _write_shrunk(read: TileReader, lowest: Level, factor: int, raw: Path, progress: Callable[[float], None]) -> None:
    """Write the lowest level shrunk by `factor` as bare RGB rows: one band of tiles in memory at a time.

    The shrinking is done while decoding, which costs a fraction of decoding in full.
    """
    width = lowest.width // factor
    step_x, step_y = lowest.tile_width // factor, lowest.tile_height // factor
    left_to_write = lowest.height // factor
    with raw.open("wb") as out:
        for y in range(lowest.rows):
            band = Image.new("RGB", (width, min(step_y, left_to_write)), WHITE)
            for x in range(lowest.columns):
                band.paste(decoded_tile(read, lowest, x, y, shrink=factor), (x * step_x, 0))
            left_to_write -= band.height
            out.write(band.tobytes())
            progress((y + 1) / lowest.rows)


def build_overview(
    read: TileReader, full: Level, lowest: Level, folder: Path, progress: Callable[[float], None]
) -> list[IndexedLevel]:
    """Write overview.tif into `folder` and return its levels, as levels of the slide whose full level is `full`.

    Nothing is written, and an empty list returned, where `lowest` is small enough.
    """
    if lowest.longest_side <= LARGEST_OVERVIEW_PX:
        return []
    factor = _factor(lowest)
    raw, made = folder / "overview.raw", folder / "overview.tif"
    _write_shrunk(read, lowest, factor, raw, lambda part: progress(0.7 * part))
    rows = pyvips.Image.rawload(str(raw), lowest.width // factor, lowest.height // factor, 3)
    image = rows.copy(interpretation="srgb")
    write_pyramid(image, made, _QUALITY, lambda part: progress(0.7 + 0.3 * part))
    raw.unlink()
    layout = read_layout(made, TileFile.OVERVIEW)
    if layout is None:
        raise AssertionError("our own overview is not a tiled JPEG")
    return short_ladder(
        [
            IndexedLevel(
                geometry.level(
                    (full.width, full.height),
                    (item.level.width, item.level.height),
                    (item.level.tile_width, item.level.tile_height),
                ),
                item.file,
                item.prefix,
                item.tiles,
            )
            for item in layout.levels
        ]
    )


def short_ladder(levels: list[IndexedLevel]) -> list[IndexedLevel]:
    """The levels down to the first that is small enough."""
    kept = []
    for item in levels:
        kept.append(item)
        if item.level.longest_side <= _SMALL_ENOUGH_PX:
            break
    return kept
