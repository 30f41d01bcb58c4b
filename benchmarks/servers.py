"""Servers under measurement: started on a unix socket, pinned to one core, their processor time read from /proc."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

_TICK = os.sysconf("SC_CLK_TCK")
_STARTED_WITHIN = 60.0
# As in the launcher: one worker with four blocking threads.
_OPTIONS = ("--interface", "wsgi", "--no-ws", "--workers", "1", "--blocking-threads", "4", "--log-level", "error")


def pin(core: int) -> None:
    """Keep this process on one core, where there are at least two."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[core]})


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name; empty where the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def process_tree(root: int) -> set[int]:
    """`root` and everything below it."""
    parents = {int(item.name): _stat(int(item.name)) for item in Path("/proc").iterdir() if item.name.isdigit()}
    tree = {root}
    while True:
        more = {pid for pid, fields in parents.items() if fields and int(fields[1]) in tree} - tree
        if not more:
            return tree
        tree |= more


def cpu_seconds(root: int) -> float:
    """User and system time of a process tree, its ended and awaited children included."""
    return (
        sum(sum(int(field) for field in fields[11:15]) for pid in process_tree(root) if (fields := _stat(pid))) / _TICK
    )


class Server:
    """A WSGI application under granian, on core 0. Use it in a `with` statement."""

    def __init__(self, python: Path, application: str, env: Mapping[str, str], folder: Path) -> None:
        self._python, self._application, self._env, self._folder = python, application, env, folder

    def __enter__(self) -> Server:
        self._sockets = Path(tempfile.mkdtemp(prefix="bench-"))
        self.socket = self._sockets / "s"
        command = [str(self._python), "-m", "granian", self._application, *_OPTIONS, "--uds", str(self.socket)]
        self._log = (self._folder / "server.log").open("ab")
        self._process = subprocess.Popen(
            command,
            env={**os.environ, **self._env},
            stdout=self._log,
            stderr=self._log,
            preexec_fn=lambda: pin(0),
        )
        deadline = time.monotonic() + _STARTED_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self._application} did not start: see {self._log.name}")
            time.sleep(0.05)
        return self

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(self.socket))
            return True
        except OSError:
            return False

    def cpu_seconds(self) -> float:
        return cpu_seconds(self._process.pid)

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        shutil.rmtree(self._sockets, ignore_errors=True)
