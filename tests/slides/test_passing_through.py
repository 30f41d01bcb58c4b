"""Tiles that pass through are the scanner's own bytes, and look exactly as OpenSlide shows the slide."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openslide
import pytest
import pyvips

from slides.index import RECORD
from slides.ingest.prepare import prepare
from slides.ingest.results import Prepared
from slides.sources.jpeg import APP14_RGB, decode
from slides.sources.prepared import PreparedSlide
from slides.sources.protocol import DamagedTileError, NoSuchTileError

Opener = Callable[[Path], PreparedSlide]


def assert_every_tile_is_what_openslide_shows(slide: PreparedSlide, path: Path) -> int:
    """Compare every tile of every level that the file itself has; edge tiles without their padding."""
    shown = openslide.OpenSlide(path)
    compared = 0
    for number, size in enumerate(shown.level_dimensions):
        level = slide.levels[number]
        assert (level.width, level.height) == size
        for y in range(level.rows):
            for x in range(level.columns):
                left, top = x * level.tile_width, y * level.tile_height
                width, height = min(level.tile_width, size[0] - left), min(level.tile_height, size[1] - top)
                origin = (round(left * level.downsample), round(top * level.downsample))
                expected = np.asarray(shown.read_region(origin, number, (width, height)).convert("RGB"))
                ours = np.asarray(decode(slide.tile(number, x, y)))[:height, :width]
                assert np.array_equal(ours, expected), f"level {number}, tile {x}_{y} differs"
                compared += 1
    return compared


def test_every_tile_of_a_made_slide_is_pixel_exact(opened: Opener, made_slide: Path) -> None:
    assert assert_every_tile_is_what_openslide_shows(opened(made_slide), made_slide) == 256 + 16 + 1


@pytest.mark.parametrize(
    ("name", "tiles"), [("CMU-1-Small-Region.svs", 130), ("derived_fakephi_4000.svs", 273), ("openslide_small.svs", 1)]
)
def test_every_tile_of_the_real_slides_is_pixel_exact(
    opened: Opener, shared_slides: Path, name: str, tiles: int
) -> None:
    path = shared_slides / name
    assert assert_every_tile_is_what_openslide_shows(opened(path), path) == tiles


@pytest.mark.parametrize("rgb", [True, False])
def test_both_colour_spaces_of_a_plain_pyramid_are_pixel_exact(
    opened: Opener, picture: np.ndarray, tmp_path: Path, rgb: bool
) -> None:
    path = tmp_path / "plain.tif"
    pyvips.Image.new_from_array(picture).tiffsave(
        str(path), compression="jpeg", tile=True, tile_width=240, tile_height=240, pyramid=True, rgbjpeg=rgb
    )
    slide = opened(path)
    assert (APP14_RGB in slide.tile(0, 0, 0)) == rgb
    # OpenSlide's own reading of the smaller levels of a plain TIFF is resampled where the factor is not whole.
    assert len(slide.levels) >= 2
    shown = np.asarray(openslide.OpenSlide(path).read_region((480, 480), 0, (140, 20)).convert("RGB"))
    assert np.array_equal(np.asarray(decode(slide.tile(0, 2, 2)))[:20, :140], shown)


def test_a_tile_is_the_files_own_bytes(opened: Opener, made_slide: Path) -> None:
    tile = opened(made_slide).tile(0, 5, 6)
    scan = tile[-500:]
    assert scan in made_slide.read_bytes()


def test_levels_that_the_file_lacks_are_made(made: Prepared) -> None:
    assert [level.width for level in made.levels] == [4096, 1024, 256]
    assert not (made.directory / "overview.tif").exists()


def test_a_slide_with_one_level_gets_an_overview_of_a_few_tiles(
    opened: Opener, picture: np.ndarray, tmp_path: Path
) -> None:
    path = tmp_path / "single.tif"
    wide = pyvips.Image.new_from_array(picture).replicate(6, 6)
    wide.tiffsave(str(path), compression="jpeg", tile=True, tile_width=256, tile_height=256)
    slide = opened(path)
    smallest = slide.levels[-1]
    assert slide.levels[0].width == 3720
    assert smallest.longest_side <= 1250
    assert smallest.columns * smallest.rows <= 9
    whole = wide.shrink(16, 16).numpy().astype(int)
    number = [level.width for level in slide.levels].index(930)
    ours = np.asarray(decode(slide.tile(number, 1, 1)).resize((64, 64))).astype(int)
    assert np.abs(ours - whole[64:128, 64:128]).mean() < 8


@pytest.mark.parametrize("place", [(0, 16, 0), (0, 0, 16), (0, -1, 0), (0, 0, -1), (3, 0, 0), (-1, 0, 0), (99, 0, 0)])
def test_there_is_nothing_outside_the_slide(opened: Opener, made_slide: Path, place: tuple[int, int, int]) -> None:
    with pytest.raises(NoSuchTileError):
        opened(made_slide).tile(*place)


def with_record(made_slide: Path, made: Prepared, folder: Path, offset: int, length: int) -> PreparedSlide:
    """The made slide with the index entry of its very first tile replaced."""
    for name in ("meta.json", "thumbnail.jpg", "source.json"):
        (folder / name).write_bytes((made.directory / name).read_bytes())
    index = (made.directory / "index.bin").read_bytes()
    tiles = sum(level.columns * level.rows for level in made.levels)
    at = len(index) - tiles * RECORD.size
    (folder / "index.bin").write_bytes(index[:at] + RECORD.pack(offset, length) + index[at + RECORD.size :])
    return PreparedSlide(folder, made_slide, None)


def test_a_tile_the_scanner_left_out_is_white(made_slide: Path, made: Prepared, tmp_path: Path) -> None:
    slide = with_record(made_slide, made, tmp_path, 0, 0)
    assert np.asarray(decode(slide.tile(0, 0, 0))).min() == 255


@pytest.mark.parametrize("record", [(100, 5000), (2**40, 5000), (0, 0xFFFFFFFF)])
def test_a_damaged_tile_leaves_the_others_alone(
    made_slide: Path, made: Prepared, tmp_path: Path, record: tuple[int, int]
) -> None:
    slide = with_record(made_slide, made, tmp_path, *record)
    with pytest.raises(DamagedTileError):
        slide.tile(0, 0, 0)
    assert decode(slide.tile(0, 1, 0)).size == (256, 256)


def test_closed_slides_give_their_descriptors_back(made: Prepared, made_slide: Path) -> None:
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    slides = [PreparedSlide(made.directory, made_slide, None) for _ in range(10)]
    assert len(os.listdir("/proc/self/fd")) > before
    slides.clear()
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_same_bytes_have_the_same_version_wherever_they_lie(
    made_slide: Path, made: Prepared, tmp_path: Path
) -> None:
    copy = tmp_path / "another-name.svs"
    copy.write_bytes(made_slide.read_bytes())
    assert prepare(copy, tmp_path / "out", lambda part, step: None).version == made.version
    with copy.open("r+b") as file:
        file.seek(3000)
        file.write(b"\x01")
    assert prepare(copy, tmp_path / "out", lambda part, step: None).version != made.version
