"""Pixels through OpenSlide, decoded and encoded anew: JPEG 2000, NDPI, MRXS, other DICOM, whatever cannot pass through.

This runs only inside limited child processes (ingest, and the decoding workers of the tile server), because the
libraries below it parse untrusted files in C. An OpenSlide handle stays broken after its first error, so it is
thrown away and the file opened anew. All handles share one decoded-tile cache; the default is one per handle.
"""

from __future__ import annotations

import threading
from pathlib import Path

import openslide
from PIL import Image

from slides.sources import geometry
from slides.sources.jpeg import encode
from slides.sources.protocol import AssociatedName, DamagedTileError, Level, NoSuchTileError, SourceUnavailableError

CACHE_BYTES = 64 * 1024 * 1024
_CACHE = openslide.OpenSlideCache(CACHE_BYTES)
_DEFAULT_TILE = 256
_ASSOCIATED_MAX_PX = 1600
# A printer's resolution (72 dpi is 353 microns) is not a microscope's.
_MPP_RANGE = (0.01, 50.0)
_OBJECTIVE_RANGE = (0.5, 200.0)


def _number(text: str | None, allowed: tuple[float, float]) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if allowed[0] <= value <= allowed[1] else None


def believable_mpp(value: float | None) -> float | None:
    """The value where a microscope could have made it, else None."""
    return None if value is None else _number(str(value), _MPP_RANGE)


class OpenSlideReader:
    """A PixelSource over an OpenSlide handle. `openslide_levels` are OpenSlide's numbers of the allowed levels."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._handle = self._open()
        properties = self._handle.properties
        sizes = self._handle.level_dimensions
        self.openslide_levels = tuple(
            number for number, size in enumerate(sizes) if number == 0 or geometry.has_aspect_of(sizes[0], size)
        )
        self.levels: tuple[Level, ...] = tuple(
            geometry.level(sizes[0], sizes[number], self._tile_size(number)) for number in self.openslide_levels
        )
        across = _number(properties.get(openslide.PROPERTY_NAME_MPP_X), _MPP_RANGE)
        down = _number(properties.get(openslide.PROPERTY_NAME_MPP_Y), _MPP_RANGE)
        self.square_pixels = across is None or down is None or abs(across - down) <= 0.02 * across
        self.mpp = across
        self.objective = _number(properties.get(openslide.PROPERTY_NAME_OBJECTIVE_POWER), _OBJECTIVE_RANGE)
        self.vendor = properties.get(openslide.PROPERTY_NAME_VENDOR)
        self.has_icc = "openslide.icc-size" in properties
        self.associated_names = frozenset(self._handle.associated_images)

    def _open(self) -> openslide.OpenSlide:
        try:
            handle = openslide.OpenSlide(self._path)
        except (openslide.OpenSlideError, OSError) as error:
            raise SourceUnavailableError("OpenSlide cannot open the file") from error
        handle.set_cache(_CACHE)
        return handle

    def _tile_size(self, number: int) -> tuple[int, int]:
        """The file's own tiles where they have a sensible size: then one request decodes one of them."""
        own = [
            self._handle.properties.get(f"openslide.level[{number}].tile-{side}", "") for side in ("width", "height")
        ]
        if all(side.isdigit() and 128 <= int(side) <= 1024 and int(side) % 16 == 0 for side in own):
            return int(own[0]), int(own[1])
        return _DEFAULT_TILE, _DEFAULT_TILE

    def region(self, number: int, left: int, top: int, width: int, height: int) -> Image.Image:
        """RGB pixels of allowed level `number`, in that level's own coordinates, on white."""
        factor = self.levels[number].downsample
        origin = (round(left * factor), round(top * factor))
        with self._lock:
            try:
                pixels = self._handle.read_region(origin, self.openslide_levels[number], (width, height))
            except openslide.OpenSlideError as error:
                self._handle.close()
                self._handle = self._open()
                raise DamagedTileError("OpenSlide cannot decode it") from error
        white = Image.new("RGB", pixels.size, (255, 255, 255))
        white.paste(pixels, mask=pixels.getchannel("A"))
        return white

    def tile(self, level: int, x: int, y: int) -> bytes:
        if not 0 <= level < len(self.levels):
            raise NoSuchTileError
        shape = self.levels[level]
        if not (0 <= x < shape.columns and 0 <= y < shape.rows):
            raise NoSuchTileError
        left, top = x * shape.tile_width, y * shape.tile_height
        width, height = min(shape.tile_width, shape.width - left), min(shape.tile_height, shape.height - top)
        return encode(self.region(level, left, top, width, height))

    def thumbnail(self, max_px: int) -> bytes:
        """From the lowest allowed level; meant for slides whose lowest level is small enough to read whole."""
        lowest = self.levels[-1]
        image = self.region(len(self.levels) - 1, 0, 0, lowest.width, lowest.height)
        image.thumbnail((max_px, max_px))
        return encode(image)

    def associated(self, name: AssociatedName) -> bytes | None:
        with self._lock:
            try:
                image = self._handle.associated_images.get(name)
            except openslide.OpenSlideError as error:
                self._handle.close()
                self._handle = self._open()
                raise DamagedTileError("OpenSlide cannot decode it") from error
        if image is None:
            return None
        rgb = image.convert("RGB")
        rgb.thumbnail((_ASSOCIATED_MAX_PX, _ASSOCIATED_MAX_PX))
        return encode(rgb)

    def close(self) -> None:
        with self._lock:
            self._handle.close()
