"""One large slide out of a small real one: Aperio layout, levels 1, 4 and 16, label and macro with a fake name.

Takes about a minute and well under 1 GB of memory for 30,720 pixels; meant for a job in the background.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyvips
from PIL import Image

from slides.ingest.pyramid import TILE, write_pyramid
from slides.ingest.results import Progress
from slides.sources.errors import gettext_noop
from slides.synthesis.aperio import wrap_as_aperio
from slides.synthesis.label import draw_label, draw_macro
from slides.synthesis.tissue import large_picture

SIDE = 30_720
MPP = 0.499
OBJECTIVE = 20
_QUALITY = 80
_THUMBNAIL_PX = 768
# Pages of a factor-2 pyramid that make an Aperio-like one of factor 4.
_ALL_PAGES = (0, 2, 4)

DRAWING = gettext_noop("Making a large slide from real tissue")
WRAPPING = gettext_noop("Writing the slide file")


def make_large_slide(source: Path, out: Path, progress: Progress, side: int = SIDE) -> None:
    """Write the slide `out` (appearing whole or not at all) from the tissue on the first page of `source`.

    `source` is a file of our own choosing, such as the sample of slides.synthesis.samples. Raises pyvips.Error or
    OSError where it cannot be read or the disk is full.
    """
    picture = pyvips.Image.new_from_file(str(source), access="random")
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".making-") as folder:
        pyramid, wrapped = Path(folder) / "pyramid.tif", Path(folder) / "slide.svs"
        tissue = large_picture(picture[0:3], side)
        write_pyramid(tissue, pyramid, _QUALITY, lambda part: progress(0.95 * part, DRAWING))
        progress(0.95, WRAPPING)
        pages = [page for page in _ALL_PAGES if page == 0 or side >> page >= TILE]
        thumbnail = _thumbnail(pyramid)
        label = draw_label()
        macro = draw_macro(thumbnail, label)
        wrap_as_aperio(pyramid, pages, wrapped, (thumbnail, label, macro), MPP, OBJECTIVE)
        wrapped.replace(out)
    progress(1.0, WRAPPING)


def _thumbnail(pyramid: Path) -> Image.Image:
    small = pyvips.Image.thumbnail(str(pyramid), _THUMBNAIL_PX)
    return Image.fromarray(small.numpy())
