"""Running ingest in a process of its own, limited in memory, processor time and patience."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slides.ingest.results import WORK_PREFIX, Inspection, Prepared, Progress
from slides.sources.errors import UnreadableSlide
from slides.sources.limits import child_environment, python_module, was_stopped

_MODULE = "slides.ingest.child"
_LEAVING = 10.0  # seconds between the last byte of the child and its end


class IngestFailedError(Exception):
    """Ingest broke for a reason that lies with us (disk full, out of memory, a fault): worth another try."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of address space, seconds of processor time, seconds on the clock.

    A task may not live longer than settings.TASK_TIME_LIMIT: patience ends well before, so that it is said why.
    """

    address_space: int = 1_500_000_000
    cpu_seconds: int = 450
    wall_seconds: float = 480.0


def inspect_limited(path: Path, limits: Limits | None = None) -> Inspection:
    """`inspect` in a limited process. Raises UnreadableSlide, FileNotFoundError or IngestFailedError."""
    path.stat()
    result = _run({"order": "inspect", "path": str(path)}, limits or Limits(), None)
    return Inspection.from_json(result["inspection"])


def run_limited(path: Path, out_dir: Path, on_progress: Progress, limits: Limits | None = None) -> Prepared:
    """`prepare` in a limited process. `out_dir` belongs to this slide alone: leftovers of lost runs are swept there.

    Raises UnreadableSlide where the file is at fault (also where it wants more than the limits), FileNotFoundError
    where it is not there, else IngestFailedError.
    """
    path.stat()
    out_dir.mkdir(parents=True, exist_ok=True)
    order = {"order": "prepare", "path": str(path), "out_dir": str(out_dir)}
    try:
        result = _run(order, limits or Limits(), on_progress)
    finally:
        for leftover in out_dir.glob(f"{WORK_PREFIX}*"):
            shutil.rmtree(leftover, ignore_errors=True)
    return Prepared.load(out_dir / result["prepared"])


def _run(order: dict[str, Any], limits: Limits, on_progress: Progress | None) -> dict[str, Any]:
    order |= {"address_space": limits.address_space, "cpu_seconds": limits.cpu_seconds}
    process = subprocess.Popen(  # noqa: S603  our own interpreter and module
        python_module(_MODULE),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # libraries quote the file's texts there
        env=child_environment(),
    )
    try:
        if process.stdin is None:
            raise AssertionError("standard input was asked for")
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        for message in _messages(process, time.monotonic() + limits.wall_seconds):
            if "progress" not in message:
                return _judged(message)
            if on_progress is not None:
                on_progress(message["progress"], message["step"])
        raise _without_a_word(process)
    except BrokenPipeError as error:
        raise IngestFailedError("the ingest process did not start") from error
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _without_a_word(process: subprocess.Popen[bytes]) -> Exception:
    """What it means that the child says nothing more: the fault of the file, or of the machine."""
    try:
        ended = process.wait(_LEAVING)
    except subprocess.TimeoutExpired:
        return IngestFailedError("the ingest process fell silent")
    if ended < 0 and not was_stopped(ended):  # out of memory inside a library, out of processor time, or a crash there
        return UnreadableSlide("too_demanding")
    return IngestFailedError(f"the ingest process ended with {ended}")


def _messages(process: subprocess.Popen[bytes], deadline: float) -> Iterator[dict[str, Any]]:
    """What the child says, until it ends. Raises UnreadableSlide when the deadline passes."""
    if process.stdout is None:
        raise AssertionError("standard output was asked for")
    waiting = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            block = os.read(process.stdout.fileno(), 65536)
            if not block:
                return
            *lines, waiting = (waiting + block).split(b"\n")
            for line in lines:
                yield json.loads(line)
    raise UnreadableSlide("too_demanding")


def _judged(message: dict[str, Any]) -> dict[str, Any]:
    if "unreadable" in message:
        raise UnreadableSlide(message["unreadable"])
    if "failed" in message:
        raise IngestFailedError(" ".join(str(part) for part in message.values()))
    return message
