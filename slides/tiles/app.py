"""The WSGI application: address to tile, with the permission asked for on the way.

    /tiles/<slide uuid>/<content version>/<level>/<x>_<y>.jpg
    /tiles/<slide uuid>/<content version>/thumbnail.jpg
    /tiles/health

Not signed in is 401. Not allowed, not there, another version, outside the slide, damaged and no longer the file that
was prepared are all the same 404. Where nobody could answer in time, or the record could not be kept, it is 503, and
worth another try. Level 0 is the full resolution.

A tile leaves once the record says that the slide was opened; the thumbnail, which lists show, leaves no row. Somebody
signed in who is refused is on record too.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from slides.sources.openslide_pool import OpenSlidePool
from slides.sources.protocol import (
    DamagedTileError,
    NoSuchTileError,
    NotAsPreparedError,
    SourceBusyError,
    SourceUnavailableError,
)
from slides.tiles.decision import Authority, Decision
from slides.tiles.handles import Handles
from slides.tiles.permits import Permits

log = logging.getLogger(__name__)

StartResponse = Callable[[str, list[tuple[str, str]]], Any]

# Strict on purpose: what does not look exactly like this, encoded or with dots in it, does not exist.
_ADDRESS = re.compile(
    r"/tiles/(?P<slide>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?P<version>[0-9a-f]{16})/"
    r"(?:(?P<level>[0-9]{1,2})/(?P<x>[0-9]{1,6})_(?P<y>[0-9]{1,6})|thumbnail)\.jpg"
)
_HEALTH = "/tiles/health"
_THUMBNAIL_PX = 400
# The next person at this browser has another cookie and gets nothing out of its cache.
_TILE_HEADERS = [("Content-Type", "image/jpeg"), ("Cache-Control", "private, max-age=300"), ("Vary", "Cookie")]
_AGAIN = {429: "60", 503: "1"}  # seconds
_TEXT_HEADERS = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
_STATUS = {
    200: "200 OK",
    401: "401 Unauthorized",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    429: "429 Too Many Requests",
    503: "503 Service Unavailable",
}


class TileApplication:
    """WSGI callable. `cookie_name` names the session cookie, `headers` are those of every answer; `pool` and `clock`
    are replaceable for tests."""

    def __init__(
        self,
        authority: Authority,
        cookie_name: str,
        pool: OpenSlidePool | None = None,
        clock: Callable[[], float] = time.monotonic,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._tile_headers = [*headers, *_TILE_HEADERS]
        self._text_headers = [*headers, *_TEXT_HEADERS]
        self._cookie = cookie_name + "="
        self._authority = authority
        self._permits = Permits(authority, Handles(pool or OpenSlidePool()), clock)

    def forget_permissions(self) -> None:
        """Ask the authority anew for everybody: called when access ended somewhere."""
        self._permits.drop()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            start_response(_STATUS[405], [*self._text_headers, ("Allow", "GET, HEAD"), ("Content-Length", "0")])
            return []
        path = environ.get("PATH_INFO", "")
        if path == _HEALTH:
            start_response(_STATUS[200], [*self._text_headers, ("Content-Length", "0")])
            return []
        status, body = self._answer(path, environ)
        headers = self._tile_headers if status == 200 else self._text_headers
        again = [("Retry-After", _AGAIN[status])] if status in _AGAIN else []
        start_response(_STATUS[status], [*headers, *again, ("Content-Length", str(len(body)))])
        return [] if method == "HEAD" else [body]

    def _answer(self, path: str, environ: Mapping[str, Any]) -> tuple[int, bytes]:
        address = _ADDRESS.fullmatch(path)
        if address is None:
            return 404, b""
        session_key = self._session_key(environ.get("HTTP_COOKIE", ""))
        if not session_key:
            return 401, b""
        slide = address["slide"]
        try:
            try:
                return self._pixels(session_key, address, environ)
            except NotAsPreparedError as error:
                log.warning("slide %s: %s", slide, error)
                self._permits.drop()
                return (503 if self._authority.recheck(slide) else 404), b""
        except NoSuchTileError:
            return 404, b""
        except (DamagedTileError, SourceUnavailableError, SourceBusyError) as error:
            log.warning("slide %s, level %s, tile %s_%s: %s", *address.group("slide", "level", "x", "y"), error)
            return (503 if isinstance(error, SourceBusyError) else 404), b""
        except Exception:  # who decides and keeps the record cannot be reached: nothing is shown, it may be tried again
            log.exception("no decision on slide %s", slide)
            return 503, b""

    def _pixels(self, session_key: str, address: re.Match[str], environ: Mapping[str, Any]) -> tuple[int, bytes]:
        slide, version, level, x, y = address.groups()
        permit = self._permits.get(session_key, slide)
        if isinstance(permit, Decision):
            if permit.status == 401:
                return 401, b""
            self._authority.refused(permit, slide, environ)
            return 404, b""
        if permit.decision.version != version:
            return 404, b""
        if level is None:
            return 200, permit.slide.thumbnail(_THUMBNAIL_PX)
        tile = permit.slide.tile(int(level), int(x), int(y))
        status = self._permits.fetched(session_key, slide, permit, environ)
        return status, tile if status == 200 else b""

    def _session_key(self, cookies: str) -> str:
        """The session cookie's value. Of several with the same name the last one counts, as it does for Django."""
        found = ""
        for part in cookies.split(";"):
            name_and_value = part.strip()
            if name_and_value.startswith(self._cookie):
                found = name_and_value[len(self._cookie) :]
        return found
