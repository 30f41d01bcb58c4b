"""Does a smaller level show the same picture as the one above it? The last fence against a label taken for a level.

Shape and SubfileType decide first. What they cannot tell, such as a square label beside a square slide, shows in
the pixels: a true level correlates with its parent nearly perfectly, anything else not at all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from slides.ingest.mosaic import TileReader, region
from slides.sources.protocol import Level

_GRID = 4
_WINDOW = 128
_COMPARED = 32
# Standard deviation of brightness below which a window is bare glass and proves nothing.
_FLAT = 6.0
_LOOKED_AT = 4
_SAME = 0.6


def _brightness(image: Image.Image) -> NDArray[np.float64]:
    return np.asarray(image.convert("L").resize((_COMPARED, _COMPARED), Image.Resampling.BOX), dtype=np.float64)


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    spread = float(one.std() * other.std())
    if spread == 0:
        return 0.0
    return float(((one - one.mean()) * (other - other.mean())).mean()) / spread


def shows_the_same(parent: tuple[TileReader, Level], child: tuple[TileReader, Level]) -> bool:
    """Compare the liveliest windows of `child` with the same places in `parent`. A featureless child passes."""
    read_parent, above = parent
    read_child, below = child
    lively: list[tuple[float, tuple[int, int, int, int], NDArray[np.float64]]] = []
    for row in range(_GRID):
        for column in range(_GRID):
            left, top = below.width * column // _GRID, below.height * row // _GRID
            right = min(left + _WINDOW, below.width * (column + 1) // _GRID)
            bottom = min(top + _WINDOW, below.height * (row + 1) // _GRID)
            if right <= left or bottom <= top:
                continue
            window = _brightness(region(read_child, below, (left, top, right, bottom)))
            lively.append((float(window.std()), (left, top, right, bottom), window))
    lively.sort(key=lambda item: -item[0])
    across, down = above.width / below.width, above.height / below.height
    agreements = []
    for spread, (left, top, right, bottom), window in lively[:_LOOKED_AT]:
        if spread < _FLAT:
            continue
        box = (round(left * across), round(top * down), round(right * across), round(bottom * down))
        agreements.append(_correlation(window, _brightness(region(read_parent, above, box))))
    return not agreements or float(np.median(agreements)) >= _SAME
