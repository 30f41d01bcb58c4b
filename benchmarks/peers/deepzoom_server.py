"""OpenSlide's deepzoom server, reduced to its tile route: DeepZoomGenerator 256/0, Pillow JPEG at quality 75.

Runs in the peers' own environment; BENCH_SLIDE names the slide. No login, no permission: that work it does not do.
"""

import io
import os

import openslide
from flask import Flask, Response, abort
from openslide.deepzoom import DeepZoomGenerator

application = Flask(__name__)
_generator = DeepZoomGenerator(openslide.OpenSlide(os.environ["BENCH_SLIDE"]), tile_size=256, overlap=0)


def tile(level: int, col: int, row: int) -> Response:
    """Level counts from the smallest; the last one is the full resolution."""
    try:
        image = _generator.get_tile(level, (col, row))
    except ValueError:
        abort(404)
    buffer = io.BytesIO()
    image.save(buffer, "jpeg", quality=75, icc_profile=image.info.get("icc_profile"))
    return Response(buffer.getvalue(), mimetype="image/jpeg")


application.add_url_rule("/slide_files/<int:level>/<int:col>_<int:row>.jpeg", view_func=tile)
