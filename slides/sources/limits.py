"""Fences around a process that parses untrusted files: memory, processor time, and an end with its parent."""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import slides


def child_environment() -> dict[str, str]:
    """The whole environment of a limited process: where the code is, and no secret of ours.

    Every thread of a library reserves address space, so they are kept to one.
    """
    root = str(Path(slides.__file__).resolve().parent.parent)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    threads = {"VIPS_CONCURRENCY": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
    return kept | threads | {"PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}


def python_module(name: str) -> list[str]:
    """The command line that runs one of our modules with the interpreter we run on."""
    return [sys.executable, "-m", name]


# How a process ends that somebody or something outside stopped: the kernel out of memory, a service being restarted.
_STOPPED = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def was_stopped(returncode: int) -> bool:
    """Whether a limited process that ended with `returncode` was stopped from outside, and not by what it had read.

    Its own limits and crashes inside a library end it by other signals, or with a last word.
    """
    return -returncode in _STOPPED


def limit(address_space: int, cpu_seconds: int | None = None) -> None:
    """Limit this process: bytes of address space, optionally processor seconds; no core dumps."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    if cpu_seconds is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))


def watch_standard_input(received: Callable[[bytes], None]) -> None:
    """Hand each line of standard input to `received` from a thread of its own; leave at once when it ends.

    The parent holds the other end, so this process dies with it however the parent dies, even while the main thread
    is busy inside a C library.
    """

    def read() -> None:
        for line in sys.stdin.buffer:
            received(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True, name="standard-input").start()
