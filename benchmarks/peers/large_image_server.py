"""large_image behind a minimal route, with its TIFF or its OpenSlide source (BENCH_SOURCE), JPEG at quality 75.

Runs in the peers' own environment; BENCH_SLIDE names the slide. No login, no permission: that work it does not do.
"""

import os

import large_image_source_openslide
import large_image_source_tiff
from flask import Flask, Response

_SOURCES = {"tiff": large_image_source_tiff, "openslide": large_image_source_openslide}

application = Flask(__name__)
_source = _SOURCES[os.environ["BENCH_SOURCE"]].open(os.environ["BENCH_SLIDE"], encoding="JPEG", jpegQuality=75)


def tile(x: int, y: int, z: int) -> Response:
    """z counts from the smallest level; the last one is the full resolution."""
    return Response(_source.getTile(x, y, z), mimetype="image/jpeg")


application.add_url_rule("/tile/<int:x>/<int:y>/<int:z>", view_func=tile)
