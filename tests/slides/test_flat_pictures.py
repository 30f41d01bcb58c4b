"""A photograph or an exported region becomes a slide too: upright, in true colours, zoomable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from PIL import Image

from slides.ingest.prepare import prepare
from slides.sources.jpeg import decode
from slides.sources.prepared import PreparedSlide

Opener = Callable[[Path], PreparedSlide]


def top_left(slide: PreparedSlide) -> np.ndarray:
    return np.asarray(decode(slide.tile(0, 0, 0)))[:200, :200].astype(int)


@pytest.mark.parametrize("kind", ["png", "jpg", "tif"])
def test_each_flat_format_becomes_a_pyramid(opened: Opener, picture: np.ndarray, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"flat.{kind}"
    options: dict[str, Any] = {"quality": 95} if kind == "jpg" else {}
    Image.fromarray(picture).save(path, **options)
    slide = opened(path)
    assert (slide.levels[0].width, slide.levels[0].height) == (620, 500)
    assert np.abs(top_left(slide) - picture[:200, :200]).mean() < 7


def test_a_pyramid_needs_the_original_no_longer(picture_file: Path, tmp_path: Path) -> None:
    ready = prepare(picture_file, tmp_path, lambda part, step: None)
    assert ready.inspection.kind == "flat"
    assert decode(PreparedSlide(ready.directory, None, None).tile(0, 1, 1)).size == (256, 256)


def test_large_pictures_get_smaller_levels(opened: Opener, picture: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    pyvips.Image.new_from_array(picture).replicate(6, 4).pngsave(str(path))
    assert [level.width for level in opened(path).levels] == [3720, 1860, 930, 465]


def test_a_photograph_taken_sideways_stands_upright(opened: Opener, picture: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "sideways.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter clockwise
    Image.fromarray(picture).save(path, quality=95, exif=exif)
    slide = opened(path)
    assert (slide.levels[0].width, slide.levels[0].height) == (500, 620)
    assert np.abs(top_left(slide) - np.rot90(picture, -1)[:200, :200]).mean() < 5


def test_transparency_is_white_grey_is_grey_and_deep_colours_keep_their_brightness(
    opened: Opener, picture: np.ndarray, tmp_path: Path
) -> None:
    clear, grey, deep = tmp_path / "clear.png", tmp_path / "grey.png", tmp_path / "deep.png"
    Image.fromarray(np.dstack([picture, np.zeros(picture.shape[:2], np.uint8)])).save(clear)
    Image.fromarray(picture[..., 0]).save(grey)
    pyvips.Image.new_from_array(picture.astype(np.uint16) * 257).pngsave(str(deep), bitdepth=16)
    assert top_left(opened(clear)).min() > 250
    assert np.abs(top_left(opened(grey)) - picture[:200, :200, :1]).mean() < 4
    assert np.abs(top_left(opened(deep)) - picture[:200, :200]).mean() < 4


def test_the_real_stained_pictures_keep_their_colours(opened: Opener, shared_slides: Path) -> None:
    for name in ("skimage_ihc.png", "kidney-48-5.tif"):
        original = np.asarray(Image.open(shared_slides / name).convert("RGB"))[:200, :200].astype(int)
        assert np.abs(top_left(opened(shared_slides / name)) - original).mean() < 3


def test_a_printers_resolution_is_not_taken_for_a_microscopes(picture: np.ndarray, tmp_path: Path) -> None:
    for pixels_per_mm, mpp in ((72 / 25.4, None), (2000.0, 0.5)):
        path = tmp_path / "scale.tif"
        pyvips.Image.new_from_array(picture).tiffsave(str(path), xres=pixels_per_mm, yres=pixels_per_mm)
        assert prepare(path, tmp_path / "out", lambda part, step: None).inspection.mpp == mpp
