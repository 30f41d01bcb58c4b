"""The server that the shell's pages come from in tests: static files as they are, the rest as a test answers it.

A browser that fetches over HTTP keeps what it has fetched and compiled; one whose requests are answered by the test
fetches and compiles all of it again for every page.
"""

import functools
import itertools
import mimetypes
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders

PAGE_HEADER = "X-Shell-Page"  # which of the open pages asks: two pages of one test may have different answers
SELF = "script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'"
POLICY = f"default-src 'none'; {SELF}"
# No browser accepts it, nor asks again, as it does when a connection ends that has answered something before.
UNACCEPTABLE = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"


@dataclass(frozen=True)
class Request:
    """What a page asked. The names of `headers` are in small letters, `post_data` is None without a body."""

    url: str
    method: str
    headers: Mapping[str, str]
    post_data: str | None


@dataclass
class Route:
    """A request and the one answer to it, by the names that Playwright gives to them."""

    request: Request
    sent: bytes = field(default=b"", init=False)

    def fulfill(
        self,
        *,
        status: int = 200,
        body: str | bytes = b"",
        content_type: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer. Nothing of it is kept by the browser for later, unless `headers` say so."""
        kind = {"Content-Type": content_type} if content_type else {}
        self.sent = message(status, body, {"Cache-Control": "no-store", **(headers or {}), **kind})

    def abort(self) -> None:
        """No answer: the page hears that the connection has failed."""
        self.sent = UNACCEPTABLE


Answer = Callable[[Route], None]


def message(status: int, body: str | bytes, headers: Mapping[str, str]) -> bytes:
    """A whole answer as it goes over the wire."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    if status != HTTPStatus.NO_CONTENT:
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*lines, "", ""]).encode() + content


@functools.cache
def static_file(name: str) -> bytes | None:
    """The answer to a static file, which a browser may keep; None where there is none."""
    found = finders.find(name)
    if not found:
        return None
    file = Path(str(found))
    kind = "text/javascript" if file.suffix == ".mjs" else mimetypes.guess_type(file.name)[0]
    headers = {"Cache-Control": "max-age=3600", "Content-Type": kind or "application/octet-stream"}
    return message(200, file.read_bytes(), headers)


@dataclass(frozen=True)
class Site:
    """What one page is given: itself at /page/, the test's answers elsewhere; `errors` hears what went wrong."""

    html: str
    answer: Answer
    errors: list[str]


class ShellServer(ThreadingHTTPServer):
    """Serves every page of this process until the process ends. One answer at a time: those of a test share lists."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"
        self._sites: dict[str, Site] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, name="shell-server", daemon=True).start()

    def add(self, site: Site) -> str:
        """Serve one page more. What it asks has to carry this in PAGE_HEADER."""
        key = str(next(self._numbers))
        self._sites[key] = site
        return key

    def forget(self) -> None:
        """No page that was added is answered any longer. An answer that is being given is waited for."""
        with self._lock:
            self._sites.clear()

    def reply(self, request: Request) -> bytes:
        """The whole answer to one request."""
        path = urlsplit(request.url).path
        site = self._sites.get(request.headers.get(PAGE_HEADER.lower(), ""))
        if path.startswith("/static/"):
            file = static_file(path.removeprefix("/static/"))
            if file is None and site is not None:
                site.errors.append(f"missing {path}")
            return message(404, b"", {}) if file is None else file
        if path == "/favicon.ico" or site is None:
            return message(404, b"", {})  # asked by the browser itself, or by a page whose test has ended
        route = Route(request)
        if path == "/page/":
            route.fulfill(
                body=site.html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY}
            )
            return route.sent
        with self._lock:
            try:
                site.answer(route)
            except Exception:  # it would end in a thread where no test hears of it
                site.errors.append(traceback.format_exc())
        if not route.sent:
            site.errors.append(f"no answer to {request.method} {path}")
        return route.sent or message(500, b"", {})


class _Handler(BaseHTTPRequestHandler):
    """One connection, which stays open for the next request."""

    server: ShellServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _reply(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length).decode() if length else None
        headers = {name.lower(): value for name, value in self.headers.items()}
        sent = self.server.reply(Request(self.server.origin + self.path, self.command, headers, body))
        self.close_connection = sent is UNACCEPTABLE
        try:
            self.wfile.write(sent)
        except ConnectionError:  # the page has gone in the meantime
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _reply


@functools.cache
def shell_server() -> ShellServer:
    """The one of this process, started when first asked for."""
    return ShellServer()
