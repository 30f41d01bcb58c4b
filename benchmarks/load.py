"""The load: keep-alive connections to a unix socket, each asking for the next address as soon as it has an answer.

Runs as a process of its own on core 1 (`python -m benchmarks.load`), so that its processor time is told apart. The
order arrives as JSON on standard input, the result leaves as JSON on standard output.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.servers import pin

CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Result:
    """What a round of requests came to. Seconds, milliseconds, bytes of bodies."""

    requests: int
    errors: int
    seconds: float
    p50_ms: float
    p95_ms: float
    body_bytes: int
    generator_cpu_seconds: float


def run_load(socket_path: Path, addresses: Sequence[str], cookie: str) -> Result:
    """Ask for every address once, in order, over all connections, from another process."""
    order = {"socket": str(socket_path), "addresses": list(addresses), "cookie": cookie}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"], input=json.dumps(order), capture_output=True, text=True, check=True
    )
    return Result(**json.loads(done.stdout))


class _Connection:
    """One connection with at most one request under way."""

    def __init__(self, path: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self._buffer = bytearray()
        self._missing: int | None = None
        self.started = 0.0
        self.ok = False
        self.body_length = 0

    def ask(self, request: bytes) -> None:
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Read what is there; True when the answer is complete."""
        block = self.socket.recv(262_144)
        if not block:
            raise ConnectionError("the server closed the connection")
        if self._missing is None:
            self._buffer += block
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = bytes(self._buffer[:end]).lower()
            self.ok = head.startswith(b"http/1.1 200")
            self.body_length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            self._missing = self.body_length - (len(self._buffer) - end - 4)
            self._buffer.clear()
        else:
            self._missing -= len(block)
        if self._missing > 0:
            return False
        self._missing = None
        return True


def _generate(path: str, addresses: list[str], cookie: str) -> Result:
    waiting = iter(
        f"GET {address} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode() for address in addresses
    )
    latencies: list[float] = []
    errors = body_bytes = 0
    selector = selectors.DefaultSelector()
    begun, before = time.perf_counter(), time.process_time()
    for _ in range(CONNECTIONS):
        request = next(waiting, None)
        if request is not None:
            connection = _Connection(path)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(request)
    while selector.get_map():
        for key, _ in selector.select():
            connection = key.data
            if not connection.receive():
                continue
            latencies.append(time.perf_counter() - connection.started)
            errors += not connection.ok
            body_bytes += connection.body_length
            request = next(waiting, None)
            if request is None:
                selector.unregister(connection.socket)
                connection.socket.close()
            else:
                connection.ask(request)
    seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - before
    latencies.sort()
    return Result(
        requests=len(latencies),
        errors=errors,
        seconds=seconds,
        p50_ms=latencies[len(latencies) // 2] * 1000,
        p95_ms=latencies[int(len(latencies) * 0.95)] * 1000,
        body_bytes=body_bytes,
        generator_cpu_seconds=cpu_seconds,
    )


def main() -> None:
    pin(1)
    order = json.loads(sys.stdin.read())
    print(json.dumps(asdict(_generate(order["socket"], order["addresses"], order["cookie"]))))


if __name__ == "__main__":
    main()
