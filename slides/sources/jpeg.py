"""JPEG streams: completing abbreviated tiles, looking into their headers, encoding and decoding pixels."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image

SOI = b"\xff\xd8"
EOI = b"\xff\xd9"
# Adobe marker with transform 0: three components without it are taken for YCbCr by every decoder.
APP14_RGB = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
# Baseline, extended and progressive Huffman coding are what browsers decode.
_BROWSER_FRAMES = {0xC0, 0xC1, 0xC2}
_ALL_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_SCAN = 0xDA
QUALITY = 85


class UnfitStreamError(ValueError):
    """A JPEG stream that must not be sent to a browser as it is."""


def tile_prefix(tables: bytes | None, *, rgb: bool) -> bytes:
    """What goes before an abbreviated tile (itself without its SOI) to make a complete stream.

    `tables` is the content of the JPEGTables tag, SOI and EOI included; `rgb` is what the container says, never
    what the stream seems to say. No JFIF marker is written: on RGB data Safari would show wrong colours.
    """
    body = tables[2:-2] if tables else b""
    return SOI + (APP14_RGB if rgb else b"") + body


def _segments(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and payload of every segment up to the first scan."""
    position = 2
    while position + 4 <= len(stream):
        if stream[position] != 0xFF:
            raise UnfitStreamError("no marker where one belongs")
        marker = stream[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        length = int.from_bytes(stream[position + 2 : position + 4], "big")
        yield marker, stream[position + 4 : position + 2 + length]
        if marker == _SCAN:
            return
        position += 2 + length


def check_for_browser(stream: bytes, width: int, height: int) -> None:
    """Raise UnfitStreamError unless every browser decodes `stream` to width x height with three components.

    Comments and application data are refused too: scanners may write names into them.
    """
    if not stream.startswith(SOI):
        raise UnfitStreamError("not a JPEG stream")
    found = False
    for marker, payload in _segments(stream):
        if marker == 0xFE or (0xE0 <= marker <= 0xEF and marker not in (0xE0, 0xEE)):
            raise UnfitStreamError("comment or application data")
        if marker in _ALL_FRAMES:
            size = (int.from_bytes(payload[3:5], "big"), int.from_bytes(payload[1:3], "big"))
            if marker not in _BROWSER_FRAMES or payload[0] != 8 or size != (width, height) or payload[5] != 3:
                raise UnfitStreamError("unusual frame")
            found = True
    if not found:
        raise UnfitStreamError("no frame")


def decode(stream: bytes, *, shrink: int = 1) -> Image.Image:
    """Decode to RGB, optionally already shrunk by 2, 4 or 8. Raises OSError on damaged data."""
    image = Image.open(io.BytesIO(stream), formats=("JPEG",))
    if shrink > 1:
        image.draft("RGB", (max(1, image.width // shrink), max(1, image.height // shrink)))
    image.load()
    return image.convert("RGB")


def encode(image: Image.Image, quality: int = QUALITY) -> bytes:
    """Encode an RGB image, without any metadata (Pillow would copy a comment of the original)."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, comment=b"")
    return buffer.getvalue()


def blank(width: int, height: int) -> bytes:
    """A white tile, for places the scanner left out."""
    return encode(Image.new("RGB", (width, height), (255, 255, 255)))
