"""Which pictures of a file are resolutions of the slide, told by their shape and never by their name."""

from __future__ import annotations

from slides.sources.protocol import Level

MAX_SIDE = 1_000_000
MAX_TILES = 4_000_000
# Decoders pad, round and crop: OpenSlide's own levels may differ from a whole factor by this part of their size.
LOOSE_ASPECT = 0.01


def is_level_of(full: tuple[int, int], candidate: tuple[int, int]) -> bool:
    """True where `candidate` is `full` shrunk by one whole factor of 2 or more, rounded to whole pixels.

    A label or macro photograph has its own shape and practically never passes.
    """
    factor = round(full[0] / candidate[0])
    if factor < 2:
        return False
    return all(abs(whole - part * factor) < 2 * factor for whole, part in zip(full, candidate, strict=True))


def has_aspect_of(full: tuple[int, int], candidate: tuple[int, int]) -> bool:
    """True where `candidate` has the shape of `full` within one per cent or one pixel, and is smaller."""
    across, down = full[0] / candidate[0], full[1] / candidate[1]
    if min(across, down) <= 1:
        return False
    pixel = max(across / candidate[0], down / candidate[1])
    return abs(across - down) <= max(LOOSE_ASPECT * across, 2 * pixel)


def level(full: tuple[int, int], size: tuple[int, int], tile: tuple[int, int]) -> Level:
    """The Level of a picture of `size` cut into tiles of `tile`, belonging to a slide of `full` pixels."""
    downsample = (full[0] / size[0] + full[1] / size[1]) / 2
    return Level(size[0], size[1], tile[0], tile[1], downsample)
