"""Labels and macro photographs carry names. Not one pixel and not one letter of them comes out unasked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
import tifffile

from slides.ingest.inspect import inspect
from slides.ingest.prepare import prepare
from slides.ingest.results import Prepared
from slides.sources.jpeg import decode
from slides.sources.openslide_reader import OpenSlideReader
from slides.sources.prepared import PreparedSlide
from slides.synthesis import bigtiff
from slides.synthesis.bigtiff import BigTiffWriter
from slides.synthesis.label import FAKE_BIRTH, FAKE_NAME, FAKE_NUMBER, LABEL_BAND, LABEL_PAPER, draw_label

pytestmark = pytest.mark.ci

Opener = Callable[[Path], PreparedSlide]


def label_pixels(jpeg: bytes) -> int:
    """How many pixels have one of the label's two colours."""
    pixels = np.asarray(decode(jpeg)).astype(int)
    return sum(int((np.abs(pixels - colour).max(axis=2) < 40).sum()) for colour in (LABEL_BAND, LABEL_PAPER))


def every_tile(slide: PreparedSlide) -> list[bytes]:
    return [
        slide.tile(number, x, y)
        for number, level in enumerate(slide.levels)
        for y in range(level.rows)
        for x in range(level.columns)
    ]


def test_no_tile_and_no_thumbnail_shows_the_label(opened: Opener, made_slide: Path) -> None:
    slide = opened(made_slide)
    assert sum(label_pixels(tile) for tile in every_tile(slide)) == 0
    assert label_pixels(slide.thumbnail(400)) == 0


def test_label_and_macro_come_out_only_by_name(opened: Opener, made_slide: Path) -> None:
    slide = opened(made_slide)
    label, macro = slide.associated("label"), slide.associated("macro")
    assert label is not None
    assert macro is not None
    assert label_pixels(label) > 100_000
    assert label_pixels(macro) > 50_000


def test_no_text_of_the_file_is_copied_out(made_slide: Path, made: Prepared, tmp_path: Path) -> None:
    secrets = [word.encode() for word in (*re.findall(r"\w{3,}", FAKE_NAME), FAKE_BIRTH, FAKE_NUMBER, "02/03/01")]
    original = made_slide.read_bytes()
    assert any(secret in original for secret in secrets)
    written = b"".join(path.read_bytes() for path in made.directory.iterdir())
    assert [secret for secret in secrets if secret in written] == []
    assert made_slide.name.encode() not in written


def tiled_jpeg(image: pyvips.Image, folder: Path) -> tuple[list[bytes], bytes]:
    """The tiles and tables that libtiff makes of an image."""
    path = folder / "tiles.tif"
    image.tiffsave(str(path), compression="jpeg", tile=True, tile_width=256, tile_height=256)
    with tifffile.TiffFile(path) as tif:
        page = tif.pages.first
        assert page.jpegtables
        data = path.read_bytes()
        pieces = zip(page.dataoffsets, page.databytecounts, strict=True)
        return [data[offset : offset + count] for offset, count in pieces], page.jpegtables


@pytest.mark.parametrize("subfile_type", [0, 1, 9])
@pytest.mark.parametrize("description", ["", "Aperio Image Library v11.2.1 \r\n2048x2048 (256x256) JPEG|MPP = 0.5"])
def test_a_tiled_label_of_the_slides_own_shape_is_not_a_level(
    opened: Opener, picture: np.ndarray, tmp_path: Path, subfile_type: int, description: str
) -> None:
    """The worst case: tiled, square like the slide, an exact eighth of it, and called nothing at all."""
    label = pyvips.Image.new_from_array(np.asarray(draw_label().resize((512, 512))))
    slide = pyvips.Image.new_from_array(picture).replicate(4, 5).crop(0, 0, 2048, 2048)
    path = tmp_path / "worst.svs"
    with BigTiffWriter(path) as writer:
        tiles, tables = tiled_jpeg(slide, tmp_path)
        writer.page((2048, 2048), tiles, description=description, tile=(256, 256), tables=tables)
        tiles, tables = tiled_jpeg(label, tmp_path)
        writer.page((512, 512), tiles, description="", tile=(256, 256), tables=tables, subfile_type=subfile_type)
    ready = opened(path)
    assert [level.width for level in inspect(path).levels] == [2048]
    assert sum(label_pixels(tile) for tile in every_tile(ready)) == 0
    assert label_pixels(ready.thumbnail(400)) == 0


def test_a_tiled_label_is_no_level_on_the_decoded_path_either(
    opened: Opener, picture: np.ndarray, tmp_path: Path
) -> None:
    """OpenSlide itself takes this label for a level of a plain pyramid."""
    path = tmp_path / "decoded.tif"
    slide = pyvips.Image.new_from_array(picture).replicate(2, 3).crop(0, 0, 1024, 1024).numpy()
    label = np.asarray(draw_label().resize((256, 256)))
    with tifffile.TiffWriter(path) as writer:
        options: dict[str, Any] = {"tile": (256, 256), "compression": "zlib", "photometric": "rgb", "metadata": None}
        writer.write(slide, subfiletype=0, **options)
        writer.write(label, subfiletype=1, **options)
    assert len(OpenSlideReader(path).levels) == 2
    ready = opened(path)
    assert [level.width for level in ready.levels] == [1024]
    assert sum(label_pixels(tile) for tile in every_tile(ready)) == 0


@pytest.mark.parametrize(("name", "label_page"), [("CMU-1-Small-Region.svs", 2), ("derived_fakephi_4000.svs", 4)])
def test_of_the_real_slides_only_the_tissue_comes_out(
    shared_slides: Path, tmp_path: Path, name: str, label_page: int
) -> None:
    path = shared_slides / name
    found = inspect(path)
    assert found.has_label
    assert found.has_macro
    with tifffile.TiffFile(path) as tif:
        label_size = tif.pages[label_page].shape[:2]
    assert label_size not in [(level.height, level.width) for level in found.levels]
    ready = prepare(path, tmp_path, lambda part, step: None)
    written = b"".join(item.read_bytes() for item in ready.directory.iterdir())
    assert [word for word in (b"TESTPATIENT", b"Filename", b"ScanScope", b"CMU-1") if word in written] == []


def test_a_comment_in_a_tile_is_not_passed_through(picture: np.ndarray, tmp_path: Path) -> None:
    """A scanner that writes names into its tiles gets them decoded and encoded anew."""
    path = tmp_path / "comment.tif"
    image = pyvips.Image.new_from_array(picture).crop(0, 0, 512, 256)
    tiles, tables = tiled_jpeg(image, tmp_path)
    comment = b"\xff\xfe" + (2 + len(FAKE_NAME)).to_bytes(2, "big") + FAKE_NAME.encode()
    with BigTiffWriter(path) as writer:
        marked = [tile[:2] + comment + tile[2:] for tile in tiles]
        writer.page((512, 256), marked, description="", photometric=bigtiff.YCBCR, tile=(256, 256), tables=tables)
    found = inspect(path)
    assert found.kind == "openslide"
