"""Writing a picture as a tiled JPEG TIFF with a factor-2 pyramid, with progress."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyvips

TILE = 256
# With less than this left on the disk, a failed write is the disk's fault and not the picture's.
_FULL_DISK = 16 * 1024 * 1024


def write_pyramid(image: pyvips.Image, out: Path, quality: int, progress: Callable[[float], None]) -> None:
    """Write `image` (8-bit sRGB) to `out`, without any metadata. `progress` gets a part of 1, at each whole per cent.

    Raises OSError where the disk is full, pyvips.Error where the picture's own pixels cannot be read.
    """
    told = -1

    def tell(_: pyvips.Image, state: Any) -> None:
        nonlocal told
        if state.percent > told:
            told = state.percent
            progress(told / 100)

    image = image.copy()
    image.set_progress(True)
    image.signal_connect("eval", tell)
    try:
        image.tiffsave(
            str(out),
            compression="jpeg",
            Q=quality,
            tile=True,
            tile_width=TILE,
            tile_height=TILE,
            pyramid=True,
            bigtiff=True,
            keep="none",
        )
    except pyvips.Error as error:
        if shutil.disk_usage(out.parent).free < _FULL_DISK:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise
