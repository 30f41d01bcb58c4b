"""The tile index says exactly where each tile lies, and refuses to be read where it is not whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from slides.index import IndexedLevel, IndexFormatError, TileFile, TileIndex, write_index
from slides.sources.protocol import Level, NoSuchTileError

FULL = IndexedLevel(
    Level(500, 300, 256, 256, 1.0), TileFile.SOURCE, b"prefix", [(1000, 10), (2**40, 20), (3000, 30), (4000, 0)]
)
SMALL = IndexedLevel(Level(250, 150, 256, 256, 2.0), TileFile.OVERVIEW, b"", [(7, 8)])


@pytest.fixture
def index_file(tmp_path: Path) -> Path:
    path = tmp_path / "index.bin"
    write_index(path, [FULL, SMALL])
    return path


def test_what_was_written_is_read(index_file: Path) -> None:
    index = TileIndex(index_file)
    assert [(item.level, item.file, item.prefix) for item in index.levels] == [
        (FULL.level, TileFile.SOURCE, b"prefix"),
        (SMALL.level, TileFile.OVERVIEW, b""),
    ]
    assert [index.locate(0, x, y) for y in range(2) for x in range(2)] == FULL.tiles
    assert index.locate(1, 0, 0) == (7, 8)


@pytest.mark.parametrize("place", [(0, 2, 0), (0, 0, 2), (0, -1, 0), (2, 0, 0), (-1, 0, 0), (1, 1, 0)])
def test_outside_the_grid_there_is_no_tile(index_file: Path, place: tuple[int, int, int]) -> None:
    with pytest.raises(NoSuchTileError):
        TileIndex(index_file).locate(*place)


def test_a_grid_with_holes_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="3 tiles for a grid of 4"):
        write_index(tmp_path / "x", [IndexedLevel(FULL.level, FULL.file, b"", FULL.tiles[:3])])


@pytest.mark.parametrize("length", [0, 10, 60, 150])
def test_a_shortened_index_is_refused(index_file: Path, length: int) -> None:
    index_file.write_bytes(index_file.read_bytes()[:length])
    with pytest.raises(IndexFormatError):
        TileIndex(index_file)


def test_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"PNG" * 100)
    with pytest.raises(IndexFormatError):
        TileIndex(tmp_path / "x")
