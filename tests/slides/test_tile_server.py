"""The tile server's answers: who gets a tile, who gets 401, and everything else looks absent."""

from __future__ import annotations

import logging
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.validate import IteratorWrapper, validator

import pytest

from core.web.headers import without_pages
from slides.ingest.prepare import prepare
from slides.ingest.results import Prepared
from slides.sources.jpeg import decode
from slides.sources.openslide_pool import OpenSlidePool
from slides.tiles.app import TileApplication
from slides.tiles.decision import SIGNED_OUT, Decision
from tests.slides.conftest import Clock, FakeAuthority, prepared_for, somebody

SLIDE = str(uuid.UUID(int=7))
OTHER = str(uuid.UUID(int=8))
VERSION_OF_NOTHING = "0" * 16


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """The application with one signed-in session, `expert`, that may see SLIDE."""

    application: TileApplication
    authority: FakeAuthority
    version: str

    def get(self, path: str, cookie: str = "session=expert", method: str = "GET") -> Answer:
        caught: list[tuple[str, list[tuple[str, str]]]] = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_COOKIE": cookie}
        body = b"".join(self.application(environ, lambda status, headers: caught.append((status, headers))))
        status, headers = caught[0]
        return Answer(int(status[:3]), dict(headers), body)

    def tile(
        self, level: int = 0, x: int = 0, y: int = 0, cookie: str = "session=expert", method: str = "GET"
    ) -> Answer:
        return self.get(f"/tiles/{SLIDE}/{self.version}/{level}/{x}_{y}.jpg", cookie, method)


@pytest.fixture
def server(made: Prepared, made_slide: Path, authority: FakeAuthority, clock: Clock) -> Server:
    authority.answers[("expert", SLIDE)] = Decision(200, made.directory, made_slide, made.version, somebody())
    authority.answers[("nobody", SLIDE)] = SIGNED_OUT
    return Server(TileApplication(authority, "session", clock=clock, headers=without_pages()), authority, made.version)


def test_a_permitted_tile_is_sent_for_this_browser_alone(server: Server) -> None:
    answer = server.tile(0, 3, 2)
    assert answer.status == 200
    assert decode(answer.body).size == (256, 256)
    assert answer.headers == {
        **dict(without_pages()),
        "Content-Type": "image/jpeg",
        "Cache-Control": "private, max-age=300",
        "Vary": "Cookie",
        "Content-Length": str(len(answer.body)),
    }


def test_the_thumbnail_is_sent_under_the_same_rules(server: Server) -> None:
    path = f"/tiles/{SLIDE}/{server.version}/thumbnail.jpg"
    assert max(decode(server.get(path).body).size) == 400
    assert server.get(path, cookie="").status == 401
    assert server.get(path, cookie="session=stranger").status == 404


def test_head_answers_like_get_without_the_picture(server: Server) -> None:
    head, get = server.tile(method="HEAD"), server.tile()
    assert head.body == b""
    assert (head.status, head.headers) == (get.status, get.headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_tiles_can_only_be_read(server: Server, method: str) -> None:
    answer = server.tile(method=method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert server.authority.asked == []


@pytest.mark.parametrize("cookie", ["", "session=", "other=expert", "xsession=expert", "session=nobody"])
def test_without_a_login_there_is_nothing_to_see(server: Server, cookie: str) -> None:
    answer = server.tile(cookie=cookie)
    assert (answer.status, answer.body) == (401, b"")
    assert answer.headers["Cache-Control"] == "no-store"


def test_not_allowed_looks_exactly_like_not_there(server: Server) -> None:
    denied = server.tile(cookie="session=stranger")
    absent = server.get(f"/tiles/{OTHER}/{VERSION_OF_NOTHING}/0/0_0.jpg")
    outside = server.tile(0, 16, 0)
    assert denied == absent == outside
    assert denied.status == 404
    assert denied.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("place", [(0, 16, 0), (0, 0, 16), (3, 0, 0), (99, 0, 0), (0, 999_999, 999_999)])
def test_outside_the_slide_there_is_nothing(server: Server, place: tuple[int, int, int]) -> None:
    assert server.tile(*place).status == 404


def test_another_version_of_the_slide_is_gone(server: Server) -> None:
    assert server.get(f"/tiles/{SLIDE}/{VERSION_OF_NOTHING}/0/0_0.jpg").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/{other}/../{slide}/{version}/0/0_0.jpg",
        "/tiles/{slide}/{version}/0/../0/0_0.jpg",
        "//tiles/{slide}/{version}/0/0_0.jpg",
        "/tiles/{slide}/{version}/0/0_0.jpg/",
        "/tiles/{slide}/{version}/0/0_0.jpg\n",
        "/tiles/{slide}/{version}/0/-1_0.jpg",
        "/tiles/{slide}/{version}/0/0_٣.jpg",
        "/tiles/{slide}/{version}/0/0_0.JPG",
        "/tiles/{slide}/{version}/label.jpg",
        "/tiles/{slide}/{version}/macro.jpg",
        "/tiles/{slide}/{version}/meta.json",
        "/tiles/{slide}/{version}/../../../../etc/passwd",
        "/tiles/{upper}/{version}/0/0_0.jpg",
        "/tiles/",
        "",
        "/",
    ],
)
def test_no_other_spelling_of_an_address_reaches_anything(server: Server, path: str) -> None:
    asked = path.format(slide=SLIDE, other=OTHER, version=server.version, upper=SLIDE.replace("0", "A"))
    assert server.get(asked).status == 404
    assert server.authority.asked == []


def test_of_two_session_cookies_the_last_counts_as_for_the_pages(server: Server) -> None:
    assert server.tile(cookie="session=stranger; a=b; session=expert").status == 200
    assert server.tile(cookie="session=expert; session=stranger").status == 404


def test_a_damaged_tile_is_absent_and_logged_without_naming_the_file(
    server: Server, made_slide: Path, made: Prepared, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    copy = tmp_path / "secret-name.svs"
    copy.write_bytes(b"\x55" * made_slide.stat().st_size)
    folder = prepared_for(made, copy, tmp_path / "prepared")
    server.authority.answers[("expert", SLIDE)] = Decision(200, folder, copy, made.version)
    with caplog.at_level(logging.WARNING):
        assert server.tile(0, 3, 2).status == 404
    assert "tile 3_2" in caplog.text
    assert "secret-name" not in caplog.text


def test_a_missing_source_file_is_absent_and_logged(
    server: Server, made: Prepared, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.authority.answers[("expert", SLIDE)] = Decision(200, made.directory, tmp_path / "gone", made.version)
    assert server.tile().status == 404
    assert SLIDE in caplog.text


def test_a_slide_that_nobody_can_decode_in_time_is_worth_another_try(
    authority: FakeAuthority, clock: Clock, deflated: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ready = prepare(deflated, tmp_path / "prepared", lambda part, step: None)
    hanging = OpenSlidePool(size=1, timeout=0.1, command=[sys.executable, "-c", "import sys; sys.stdin.read()"])
    authority.answers[("expert", SLIDE)] = Decision(200, ready.directory, deflated, ready.version, somebody())
    server = Server(TileApplication(authority, "session", hanging, clock), authority, ready.version)
    answer = server.tile()
    assert (answer.status, answer.headers["Retry-After"], answer.headers["Cache-Control"]) == (503, "1", "no-store")
    assert "tile 0_0" in caplog.text


def test_a_file_changed_after_it_was_prepared_is_absent_and_told_to_who_decides(
    server: Server, made: Prepared, made_slide: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.svs"
    copy.write_bytes(made_slide.read_bytes())
    folder = prepared_for(made, copy, tmp_path / "prepared")
    server.authority.answers[("expert", SLIDE)] = Decision(200, folder, copy, made.version, somebody())
    assert server.tile().status == 200
    with copy.open("r+b") as file:  # in place, after it was opened
        file.write(b"X")
    for path in (f"/tiles/{SLIDE}/{made.version}/0/1_1.jpg", f"/tiles/{SLIDE}/{made.version}/thumbnail.jpg"):
        answer = server.get(path)
        assert (answer.status, answer.body, answer.headers["Cache-Control"]) == (404, b"", "no-store")
    assert server.authority.rechecked == [SLIDE, SLIDE]
    server.authority.files_are_fine = True
    assert server.tile().status == 503, "prepared again a moment ago: the next attempt opens it anew"
    prepared_for(made, copy, folder)
    assert server.tile(0, 1, 1).status == 200


def test_when_nobody_can_decide_nothing_is_shown(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ConnectionError("the database is away")

    server.authority.before_answering = fail
    answer = server.tile()
    assert (answer.status, answer.body, answer.headers["Cache-Control"]) == (503, b"", "no-store")
    assert answer.headers["Retry-After"] == "1"
    server.authority.before_answering = lambda: None
    assert server.tile().status == 200


def test_a_tile_leaves_when_the_record_says_so_and_not_before(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    thumbnail = f"/tiles/{SLIDE}/{server.version}/thumbnail.jpg"
    server.authority.says = 429
    answer = server.tile()
    assert (answer.status, answer.body, answer.headers["Retry-After"]) == (429, b"", "60")
    server.authority.says = 404
    assert server.tile() == server.tile(cookie="session=stranger"), "ended in between, like never allowed"
    server.authority.says = ConnectionError("the database is away")
    answer = server.tile()
    assert (answer.status, answer.body, answer.headers["Cache-Control"]) == (503, b"", "no-store")
    assert answer.headers["Retry-After"] == "1"
    assert server.get(thumbnail).status == 200, "lists show it: no look"
    server.authority.says = 200
    assert server.tile().status == 200


def test_what_shows_nothing_is_no_look_and_what_is_no_refusal_of_somebody_is_not_told(server: Server) -> None:
    assert server.get(f"/tiles/{SLIDE}/{server.version}/thumbnail.jpg").status == 200
    assert server.tile(0, 16, 0).status == 404
    assert server.get(f"/tiles/{SLIDE}/{VERSION_OF_NOTHING}/0/0_0.jpg").status == 404
    assert (server.tile(cookie="session=nobody").status, server.tile(cookie="").status) == (401, 401)
    assert (server.authority.fetches, server.authority.refusals) == ([], [])
    assert server.tile(cookie="session=stranger").status == 404
    assert (server.authority.fetches, server.authority.refusals) == ([], [SLIDE])


def test_a_refusal_that_cannot_be_recorded_shows_nothing_either(server: Server) -> None:
    server.authority.says = ConnectionError("the database is away")
    assert (server.tile(cookie="session=stranger").status, server.tile(cookie="session=stranger").body) == (503, b"")


def test_health_needs_no_login(server: Server) -> None:
    assert server.get("/tiles/health", cookie="").status == 200
    assert server.authority.asked == []


def test_the_application_keeps_to_the_wsgi_rules(server: Server) -> None:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": f"/tiles/{SLIDE}/{server.version}/0/0_0.jpg",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_COOKIE": "session=expert",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": None,
        "wsgi.errors": None,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    environ["wsgi.input"] = environ["wsgi.errors"] = _Stream()
    answer = validator(server.application)(environ, lambda status, headers, info=None: lambda data: None)
    assert isinstance(answer, IteratorWrapper)
    try:
        assert len(b"".join(answer)) > 1000
    finally:
        answer.close()


class _Stream:
    """What the WSGI rules ask of input and errors at once."""

    def read(self, size: int = -1) -> bytes:
        return b""

    readline = readlines = read

    def __iter__(self) -> object:
        return iter(())

    def flush(self) -> None: ...

    def write(self, text: str) -> None: ...

    def writelines(self, lines: list[str]) -> None: ...
