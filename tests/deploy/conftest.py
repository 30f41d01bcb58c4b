"""A launcher of its own, in a folder of its own, beside the one that runs the tests."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.launcher.family import ROOT
from deploy.launcher.records import Record, read, stop

ADDRESSES = {
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "CELERY_BROKER_URL",
    "EMAIL_URL",
    "MAIL_SINK",
    "DEV_VAR",
}
LIMIT = 60  # seconds; nothing here should take more than a few


class Launcher:
    """Starts launchers over one temporary `var`, and tells what runs there."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.env = {name: value for name, value in os.environ.items() if name not in ADDRESSES}
        self.env |= {"DEV_VAR": str(var), "DEV_FAST": "1"}
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *words: str) -> subprocess.Popen[str]:
        return self.python("-m", "deploy.launcher", *words)

    def python(self, *words: str) -> subprocess.Popen[str]:
        """A program over the same `var`."""
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def run_until_ready(self, *command: str) -> subprocess.Popen[str]:
        """A `run` whose command has said its first line, "ready"."""
        process = self.start("run", "--", *(command or ("sh", "-c", "echo ready; exec cat")))
        assert process.stdout
        said = process.stdout.readline()
        assert said == "ready\n", process.communicate()
        return process

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A `run` to its end."""
        process = self.start("run", "--", *command)
        out, err = process.communicate(timeout=LIMIT)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def records(self) -> dict[str, Record]:
        return {record.name: record for record in read(self.var / "children")}

    def await_clean_up(self) -> None:
        """Until nobody holds the lock: the watcher keeps it until its work is done."""
        with (self.var / "dev.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)

    def watcher(self, launcher: subprocess.Popen[str]) -> int:
        """The process that holds the lock beside the launcher."""
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(launcher.pid), "-o", "args="], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        return next(int(row.split()[0]) for row in found if "deploy.launcher.watcher" in row)

    def close(self) -> None:
        """Kill what still runs and wait until all of it is gone."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                assert pipe
                pipe.close()
        if self.started:
            self.await_clean_up()
            stop([record for record in self.records().values() if record.remains])


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[Launcher]:
    place = Launcher(tmp_path / "var")
    yield place
    place.close()


@pytest.fixture
def sleeper() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts Python programs that say "ready", each in a session of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(program: str, *words: str, name: str = "python") -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [name, "-c", program, *words],
            executable=sys.executable,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
