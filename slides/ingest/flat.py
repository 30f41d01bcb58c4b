"""Flat pictures (JPEG, PNG, TIFF without tiles of their own): opened carefully, made 8-bit sRGB."""

from __future__ import annotations

from pathlib import Path

import pyvips

from slides.sources.errors import UnreadableSlide
from slides.sources.openslide_reader import believable_mpp
from slides.sources.tiff import MAGICS as TIFF_MAGICS
from slides.sources.tiff import first_page_is_the_picture

MAX_PIXELS = 1_000_000_000
_MAX_FLAT_MPP = 5.0


def _loader(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return "jpegload"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "pngload"
    return "tiffload" if head.startswith(TIFF_MAGICS) else None


def open_flat(path: Path) -> pyvips.Image:
    """An 8-bit sRGB image, upright, on white. Pixels are read later, as they are needed.

    Raises UnreadableSlide: not_an_image, unclear_content, unsupported_compression, too_large.
    """
    with path.open("rb") as file:
        loader = _loader(file.read(16))
    if loader is None:
        raise UnreadableSlide("not_an_image")
    if loader == "tiffload" and not first_page_is_the_picture(path):
        raise UnreadableSlide("unclear_content")
    try:
        image = pyvips.Operation.call(loader, str(path), access="sequential", fail_on="truncated")
    except pyvips.Error as error:
        raise UnreadableSlide("unsupported_compression" if loader == "tiffload" else "not_an_image") from error
    if image.width * image.height > MAX_PIXELS:
        raise UnreadableSlide("too_large")
    if image.format not in ("uchar", "ushort"):
        raise UnreadableSlide("unsupported_compression")
    try:
        return _plain(image)
    except pyvips.Error as error:
        raise UnreadableSlide("unsupported_compression") from error


def _plain(image: pyvips.Image) -> pyvips.Image:
    if image.get_typeof("orientation") and image.get("orientation") > 1:
        image = image.copy_memory().autorot()
    if image.get_typeof("icc-profile-blob") and image.bands >= 3:
        image = image.icc_transform("srgb", embedded=True)
    elif image.interpretation == "multiband":
        image = image[0:3] if image.bands >= 3 else image[0]
        image = image.copy(interpretation="srgb" if image.bands == 3 else "b-w")
    image = image.colourspace("srgb")
    if image.hasalpha():
        image = image.flatten(background=255)
    return image[0:3].cast("uchar") if image.bands > 3 else image.cast("uchar")


def flat_mpp(path: Path, image: pyvips.Image) -> float | None:
    """Microns per pixel from a TIFF's resolution tags, where a microscope camera may have written them."""
    with path.open("rb") as file:
        if not file.read(4).startswith(TIFF_MAGICS) or image.xres <= 0:
            return None
    mpp = believable_mpp(round(1000 / image.xres, 6))
    return mpp if mpp is not None and mpp <= _MAX_FLAT_MPP else None
