"""What may be asked when somebody has typed in an address: only what is public, and exactly what was judged."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from django.conf import LazySettings

from core import outgoing
from core.outgoing import Outgoing, Unreachable, is_sound, may_reach

PRIVATE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "fec0::1",
    "::7f00:1",
    "::ffff:0:7f00:1",
    "ff02::1",
    "nonsense",
)


@pytest.fixture(autouse=True)
def strict(settings: LazySettings) -> None:
    """As in production."""
    settings.OUTGOING_NETWORKS, settings.OUTGOING_PLAIN_HTTP = [], False


@pytest.mark.parametrize("address", PRIVATE)
def test_the_own_network_is_not_reached(address: str) -> None:
    assert not may_reach(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are(address: str) -> None:
    assert may_reach(address)


def test_a_site_may_name_a_network_of_its_own(settings: LazySettings) -> None:
    settings.OUTGOING_NETWORKS = ["10.1.0.0/16", "fd00:1::/32"]
    assert may_reach("10.1.2.3")
    assert may_reach("::ffff:10.1.2.3")
    assert may_reach("fd00:1::5")
    assert not may_reach("10.2.0.1")
    assert not may_reach("127.0.0.1")


@pytest.mark.parametrize(
    "url",
    [
        "http://idp.example/",
        "ftp://idp.example/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "//idp.example",
        "https://user:word@idp.example/",
        "https://idp.example@evil.example/",
        "https://idp.example\\@evil.example/",
        "https://idp.example:99999/",
        "https://idp.example/ a",
        "https://idp.example/\r\nX: y",
        "https://ïdp.example/",
        "https://idp.example/#part",
        "javascript:alert(1)",
    ],
)
def test_only_plain_https_addresses_are_asked(url: str) -> None:
    assert not is_sound(url)
    with Outgoing() as session, pytest.raises(Unreachable):
        session.get(url)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_computer_is_not_asked_by_any_name(host: str) -> None:
    with listening() as (port, met), Outgoing() as session, pytest.raises(Unreachable):
        session.get(f"https://{host}:{port}/")
    assert met == []


def test_a_name_that_changes_its_meaning_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is asked for once; the connection goes to what was judged, and one bad address of several is enough."""
    asked: list[str] = []
    answers = [["1.1.1.1"], ["127.0.0.1"]]

    def lookup(host: str, port: int, *args: Any, **more: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in answers[len(asked) - 1]]

    reached: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *args: Any, **more: Any) -> socket.socket:
        reached.append(address)
        raise OSError("not in a test")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(outgoing, "create_connection", connect)
    with Outgoing() as session, pytest.raises(Unreachable):
        session.get("https://rebinding.example/")
    assert (asked, reached) == (["rebinding.example"], [("1.1.1.1", 443)])
    with Outgoing() as session, pytest.raises(Unreachable):
        session.get("https://rebinding.example/")
    assert len(reached) == 1
    answers.append(["1.1.1.1", "10.0.0.1"])
    with Outgoing() as session, pytest.raises(Unreachable):
        session.get("https://rebinding.example/")
    assert len(reached) == 1


@contextmanager
def listening(*pieces: bytes, wait: float = 0.0, sent: list[bytes] | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """A server at a free port that answers with these pieces, noted in `sent`, and what was sent to it."""
    met: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                connection, _peer = server.accept()
                with connection:
                    met.append(connection.recv(65_536))
                    for piece in pieces:
                        connection.sendall(piece)
                        if sent is not None:
                            sent.append(piece)
                        time.sleep(wait)
            except OSError:
                return

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], met
        server.shutdown(socket.SHUT_RDWR) if thread.is_alive() else None


@pytest.fixture
def inside(settings: LazySettings) -> None:
    """A site that has a provider on this computer."""
    settings.OUTGOING_NETWORKS, settings.OUTGOING_PLAIN_HTTP = ["127.0.0.0/8"], True


def test_what_was_named_is_asked_and_read(inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n"
    with listening(head, b'{"a": 1}') as (port, met), Outgoing() as session:
        assert session.get(f"http://127.0.0.1:{port}/x").json() == {"a": 1}
    assert met[0].startswith(b"GET /x HTTP/1.1")


def test_redirects_are_not_followed(inside: None) -> None:
    with listening() as (target, met):
        answer = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{target}/\r\nContent-Length: 0\r\n\r\n"
        with listening(answer.encode()) as (port, _met), Outgoing() as session, pytest.raises(Unreachable):
            session.get(f"http://127.0.0.1:{port}/")
        assert met == []


def test_an_answer_without_end_is_broken_off(inside: None) -> None:
    pieces = [b"HTTP/1.1 200 OK\r\n\r\n", *([b"x" * 100_000] * 20)]
    with listening(*pieces) as (port, _met), Outgoing() as session, pytest.raises(Unreachable):
        session.get(f"http://127.0.0.1:{port}/")


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(b"", id="status line"),
        pytest.param(HEAD + b"X-Slow: ", id="header"),
        pytest.param(HEAD + b"Content-Length: 300\r\n\r\n", id="body"),
        pytest.param(HEAD + b"\r\n", id="body without a length"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n12c\r\n", id="piece of a body"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1; ", id="length of a piece"),
    ],
)
def test_an_answer_that_drips_is_broken_off(inside: None, monkeypatch: pytest.MonkeyPatch, start: bytes) -> None:
    """Sign by sign, each well before WAIT is over: it is the whole answer that has its time."""
    monkeypatch.setattr(outgoing, "MOST_SECONDS", 0.2)
    sent: list[bytes] = []
    with listening(start, *[b"x"] * 300, wait=0.02, sent=sent) as (port, _met), Outgoing() as session:
        with pytest.raises(Unreachable):
            session.get(f"http://127.0.0.1:{port}/")
        assert len(sent) < 150, "not waited for to its end"


def test_a_handshake_that_drips_is_broken_off(inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "WAIT", 0.2)
    sent: list[bytes] = []
    record = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"  # the start of a ServerHello of 16 kilobytes
    with listening(record, *[b"x"] * 300, wait=0.02, sent=sent) as (port, _met), Outgoing() as session:
        with pytest.raises(Unreachable):
            session.get(f"https://127.0.0.1:{port}/")
        assert len(sent) < 150, "not waited for to its end"


def test_silence_is_waited_for_a_few_seconds_only(inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "WAIT", 0.2)
    with listening(wait=1) as (port, _met), Outgoing() as session, pytest.raises(Unreachable):
        session.get(f"http://127.0.0.1:{port}/")
