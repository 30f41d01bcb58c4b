"""The pixels of a large slide: real tissue repeated without seams, in blobs on glass, never held in memory whole."""

from __future__ import annotations

import numpy as np
import pyvips
from numpy.typing import NDArray

_GLASS = 243
# The source is strongly compressed: without noise of its own the tiles would be unrealistically small.
_NOISE_SIGMA = 4.0
# Not a divisor of anything else here, so that noise and tissue do not repeat together.
_NOISE_SIDE = 1021
_MASK_STEP = 32
# Centre, radii (parts of the side), number of waves along the border and their depth.
_BLOBS = (
    (0.30, 0.34, 0.24, 0.27, 9, 0.10),
    (0.70, 0.30, 0.19, 0.21, 7, 0.13),
    (0.56, 0.73, 0.30, 0.20, 11, 0.09),
)


def seamless_cell(picture: pyvips.Image) -> pyvips.Image:
    """The picture mirrored to the right and downwards: copies of it join without a visible edge."""
    even = picture.crop(0, 0, picture.width // 2 * 2, picture.height // 2 * 2)
    row = even.join(even.fliphor(), "horizontal")
    return row.join(row.flipver(), "vertical").copy_memory()


def _blobs(side: int) -> NDArray[np.uint8]:
    """255 inside the wavy ellipses, 0 outside, `side` pixels square."""
    y, x = np.mgrid[0:side, 0:side] / side
    inside = np.zeros((side, side), dtype=bool)
    for centre_x, centre_y, radius_x, radius_y, waves, depth in _BLOBS:
        across, down = (x - centre_x) / radius_x, (y - centre_y) / radius_y
        angle = np.arctan2(down, across)
        inside |= np.hypot(across, down) < 1 + depth * np.sin(waves * angle) + depth / 2 * np.sin(23 * angle)
    return np.where(inside, 255, 0).astype(np.uint8)


def _noise(seed: int) -> pyvips.Image:
    values = np.random.default_rng(seed).normal(0, _NOISE_SIGMA, (_NOISE_SIDE, _NOISE_SIDE)).round().astype(np.int8)
    return pyvips.Image.new_from_array(values)


def _filling(image: pyvips.Image, side: int) -> pyvips.Image:
    return image.replicate(side // image.width + 1, side // image.height + 1).crop(0, 0, side, side)


def large_picture(picture: pyvips.Image, side: int, seed: int = 1) -> pyvips.Image:
    """A square sRGB picture of `side` pixels, the same for the same seed; computed while it is being written."""
    noise = _filling(_noise(seed), side)
    tissue = (_filling(seamless_cell(picture), side) + noise).cast("uchar")
    grey = (noise / _NOISE_SIGMA + _GLASS).cast("uchar")
    glass = grey.bandjoin([grey, grey])
    mask = pyvips.Image.new_from_array(_blobs(side // _MASK_STEP + 2))
    border = mask.resize(_MASK_STEP, kernel="linear").crop(0, 0, side, side).cast("uchar")
    return border.ifthenelse(tissue, glass, blend=True).copy(interpretation="srgb")
