"""The tile server's side of the decoding workers: starts them, asks them, kills those that do not answer."""

from __future__ import annotations

import json
import os
import queue
import select
import signal
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from slides.sources.limits import child_environment, python_module, was_stopped
from slides.sources.protocol import (
    AssociatedName,
    DamagedTileError,
    NoSuchTileError,
    SourceBusyError,
    SourceChangedError,
    SourceUnavailableError,
)
from slides.sources.stamp import Stamp

ANSWER = struct.Struct(">cI")
FOUND, ABSENT, OUTSIDE, DAMAGED, CHANGED, UNAVAILABLE = b"F", b"A", b"O", b"D", b"C", b"U"
_LEAVING = 1.0  # seconds between the last byte of a worker and its end
_MODULE = "slides.sources.openslide_worker"


class WorkerLostError(Exception):
    """The worker died or did not answer in time."""


class WorkerLeftError(WorkerLostError):
    """The worker had gone before it answered."""


class Worker:
    """One decoding process and the pipe to it. Used by one thread at a time."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=child_environment()
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()

    def ask(self, request: dict[str, Any], timeout: float) -> tuple[bytes, bytes]:
        """Status and body. Raises WorkerLostError; the worker must then be thrown away."""
        deadline = time.monotonic() + timeout
        try:
            os.write(self._in, json.dumps(request).encode() + b"\n")
            status, length = ANSWER.unpack(self._read(ANSWER.size, deadline))
            return status, self._read(length, deadline)
        except OSError as error:
            raise WorkerLeftError from error

    def _read(self, wanted: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < wanted:
            poller = select.poll()
            poller.register(self._out, select.POLLIN)
            if not poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise WorkerLostError("no answer in time")
            part = os.read(self._out, wanted - len(parts))
            if not part:
                raise WorkerLeftError("died")
            parts += part
        return bytes(parts)

    def ended(self) -> int:
        """How a worker ended that has closed its pipe; as if killed where it is still there."""
        try:
            return self._process.wait(_LEAVING)
        except subprocess.TimeoutExpired:
            return -signal.SIGKILL

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


class OpenSlidePool:
    """A fixed number of workers, started when first needed and replaced when lost.

    `timeout` is seconds for one answer, waiting for a free worker included once more. `command` is for tests.
    """

    def __init__(self, size: int = 2, timeout: float = 10.0, command: list[str] | None = None) -> None:
        self._timeout = timeout
        self._make: Callable[[], Worker] = lambda: Worker(command or python_module(_MODULE))
        self._free: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(None)

    def _ask(self, request: dict[str, Any]) -> tuple[bytes, bytes]:
        try:
            worker = self._free.get(timeout=self._timeout)
        except queue.Empty as error:
            raise SourceBusyError("all decoding workers are busy") from error
        try:
            if worker is not None:
                try:
                    return worker.ask(request, self._timeout)
                except WorkerLeftError:  # after its last answer, when it had grown too large: no fault of this request
                    worker.kill()
            worker = self._make()
            return worker.ask(request, self._timeout)
        except WorkerLostError as error:
            broke = False
            if worker is not None:
                broke = isinstance(error, WorkerLeftError) and not was_stopped(worker.ended())
                worker.kill()
                worker = None
            if broke:  # a fresh worker, by what it read
                raise DamagedTileError("the decoding worker broke on it") from error
            raise SourceBusyError("the decoding worker was lost") from error
        finally:
            self._free.put(worker)

    def tile(self, path: Path, stamp: Stamp, level: int, x: int, y: int) -> bytes:
        """One JPEG tile of an allowed level of the file that `stamp` names. Raises the errors of PixelSource.tile."""
        return self._body(self._ask({"path": str(path), "stamp": stamp, "level": level, "x": x, "y": y})) or b""

    def associated(self, path: Path, stamp: Stamp, name: AssociatedName) -> bytes | None:
        """The label or macro photograph as JPEG, or None."""
        return self._body(self._ask({"path": str(path), "stamp": stamp, "associated": name}))

    @staticmethod
    def _body(result: tuple[bytes, bytes]) -> bytes | None:
        status, body = result
        if status == FOUND:
            return body
        if status == ABSENT:
            return None
        if status == OUTSIDE:
            raise NoSuchTileError
        if status == DAMAGED:
            raise DamagedTileError("the decoding worker cannot read it")
        if status == CHANGED:
            raise SourceChangedError("the source file is not the one that was prepared")
        raise SourceUnavailableError("the decoding worker cannot open it")

    def close(self) -> None:
        """End all idle workers. Busy ones end with this process."""
        while True:
            try:
                worker = self._free.get_nowait()
            except queue.Empty:
                return
            if worker is not None:
                worker.kill()
