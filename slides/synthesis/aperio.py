"""Rewrapping a tiled JPEG pyramid as an Aperio SVS: tiles are copied as they are, label and macro are added."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import tifffile
from PIL import Image

from slides.sources.jpeg import encode
from slides.synthesis import bigtiff
from slides.synthesis.bigtiff import BigTiffWriter
from slides.synthesis.label import FAKE_NAME

_LABEL, _MACRO = 1, 9
_LIBRARY = "Aperio Image Library v11.2.1"


def _tiles(file: BinaryIO, page: tifffile.TiffPage) -> Iterator[bytes]:
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True):
        file.seek(offset)
        yield file.read(count)


def _description(page: tifffile.TiffPage, mpp: float, objective: int) -> str:
    """Aperio's own way of saying it, with texts in it that must never come out."""
    size = f"{page.imagewidth}x{page.imagelength}"
    cut = f"{size} [0,0 {size}] ({page.tilewidth}x{page.tilelength}) JPEG/YCC Q=80"
    texts = f"Filename = {FAKE_NAME.split(',')[0]}|User = {FAKE_NAME}|Title = {FAKE_NAME}|Date = 02/03/01"
    return f"{_LIBRARY} \r\n{cut}|AppMag = {objective}|StripeWidth = 2040|{texts}|MPP = {mpp:.4f}"


def _write_tiled(writer: BigTiffWriter, file: BinaryIO, page: tifffile.TiffPage, description: str) -> None:
    rgb = int(page.photometric) == bigtiff.RGB
    writer.page(
        (page.imagewidth, page.imagelength),
        _tiles(file, page),
        description=description,
        photometric=bigtiff.RGB if rgb else bigtiff.YCBCR,
        tile=(page.tilewidth, page.tilelength),
        tables=page.jpegtables,
        subsampling=(2, 2) if rgb else page.subsampling or (2, 2),
    )


def wrap_as_aperio(
    pyramid: Path,
    pages: Sequence[int],
    out: Path,
    photographs: tuple[Image.Image, Image.Image, Image.Image],
    mpp: float,
    objective: int,
) -> None:
    """Write `out` with the given pages of `pyramid` as levels; `photographs` are thumbnail, label and macro.

    The order of pages is Aperio's: full resolution, thumbnail, smaller levels, label, macro.
    """
    thumbnail, label, macro = photographs
    with tifffile.TiffFile(pyramid) as source, pyramid.open("rb") as file, BigTiffWriter(out) as writer:
        levels = [page for number in pages if isinstance(page := source.pages[number], tifffile.TiffPage)]
        description = _description(levels[0], mpp, objective)
        size = f"{levels[0].imagewidth}x{levels[0].imagelength}"
        _write_tiled(writer, file, levels[0], description)
        text = f"{_LIBRARY} \r\n{size} -> {thumbnail.width}x{thumbnail.height} - |{description.partition('|')[2]}"
        writer.page(thumbnail.size, [encode(thumbnail)], description=text)
        for page in levels[1:]:
            _write_tiled(writer, file, page, f"{description} -> {page.imagewidth}x{page.imagelength}")
        writer.page(
            label.size,
            [zlib.compress(label.tobytes())],
            description=f"{_LIBRARY} \r\nlabel {label.width}x{label.height}",
            compression=bigtiff.DEFLATE,
            photometric=bigtiff.RGB,
            subfile_type=_LABEL,
        )
        text = f"{_LIBRARY} \r\nmacro {macro.width}x{macro.height}"
        writer.page(macro.size, [encode(macro)], description=text, subfile_type=_MACRO)
