"""The processes of one launcher: started each in a session of its own, watched, stopped in order.

New processes run a little Python between fork and exec; that is safe because the launcher has no threads.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.launcher import records, terminal
from deploy.launcher.identity import identity, kill_group
from deploy.launcher.layout import Layout
from deploy.launcher.privilege import Privilege
from deploy.launcher.records import Record
from deploy.launcher.say import Refusal

ROOT = Path(__file__).resolve().parents[2]
TAIL = 15  # lines of a log shown when its process fails
START_LIMIT = 60.0  # seconds until a service must answer; long data are read back first
ROTATE = 200_000  # bytes from which a log is set aside at the next start


UNCHANGED = Privilege()


@dataclass(frozen=True)
class Child:
    """`ends`: a task that is expected to end, with status 0."""

    record: Record
    process: subprocess.Popen[bytes]
    log: Path | None
    ends: bool = False

    @property
    def name(self) -> str:
        return self.record.name

    def how(self) -> str:
        """How it has ended."""
        status = self.process.poll() or 0
        return f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"

    def tail(self) -> str:
        """The end of its log, for the person."""
        if self.log is None:
            return ""
        lines = self.log.read_text(errors="replace").splitlines()[-TAIL:]
        return "".join(f"\n    {line}" for line in lines) + f"\n  (the whole log: {self.log})"

    def gone(self) -> Refusal:
        """Why nothing goes on without it."""
        return Refusal(f"{self.name} {self.how()}. The end of its log:{self.tail()}")


class Family:
    """Owns the watcher and the file of records; `lock` is the descriptor the watcher must inherit."""

    def __init__(self, layout: Layout, lock: int, file: Path) -> None:
        self.layout, self.file, self.children = layout, file, list[Child]()
        self._records = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        with (layout.log / "watcher.log").open("ab") as log:
            self._watcher = subprocess.Popen(
                [sys.executable, "-m", "deploy.launcher.watcher"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(lock,),
            )
        assert self._watcher.stdin
        self._pipe = self._watcher.stdin.fileno()

    def start(
        self,
        name: str,
        *command: str | Path,
        env: Mapping[str, str],
        stage: int = records.PROCESS,
        stop: signal.Signals = signal.SIGTERM,
        privilege: Privilege = UNCHANGED,
        ends: bool = False,
    ) -> Child:
        """Start a service, process or task in a session of its own, no standard input, a log of its own."""
        log = self.layout.log / f"{name}.log"
        if log.exists() and log.stat().st_size > ROTATE:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            process = subprocess.Popen(
                [*privilege.prefix, *map(str, command)],
                cwd=ROOT,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=lambda: self._announce(name, stop, stage, whole=False),
                user=privilege.user,
                group=privilege.user,
                extra_groups=privilege.groups,
            )
        return self._add(name, process, stop, stage, whole=False, log=log, ends=ends)

    def command(self, command: Sequence[str], *, env: Mapping[str, str]) -> Child:
        """Start the command of `run`: the terminal stays its own, its group is a new one, in front if we are."""
        front = terminal.in_front()

        def prepare() -> None:
            os.setpgid(0, 0)
            if front:
                terminal.give(os.getpgrp())
            self._announce("command", signal.SIGINT, records.COMMAND, whole=True)

        try:
            process = subprocess.Popen(command, env=dict(env), preexec_fn=prepare)
        except FileNotFoundError as error:
            raise Refusal(f"There is no command {error.filename!r}.") from error
        return self._add("command", process, signal.SIGINT, records.COMMAND, whole=True, log=None, ends=True)

    def _announce(self, name: str, stop: signal.Signals, stage: int, *, whole: bool) -> None:
        """In the new process, before it becomes the program. One write a line: lines cannot mix."""
        record = Record(name, os.getpid(), identity(os.getpid()) or "", stop, stage, whole)
        os.write(self._records, record.line())
        os.write(self._pipe, record.line())

    def _add(
        self,
        name: str,
        process: subprocess.Popen[bytes],
        stop: signal.Signals,
        stage: int,
        *,
        whole: bool,
        log: Path | None,
        ends: bool,
    ) -> Child:
        record = Record(name, process.pid, identity(process.pid) or "ended", stop, stage, whole)
        child = Child(record, process, log, ends)
        self.children.append(child)
        return child

    def check(self) -> None:
        """Refuse to go on if a service or process has ended on its own."""
        for child in self.ended():
            raise child.gone()

    def ended(self) -> list[Child]:
        """The services and processes that have ended on their own."""
        return [child for child in self.children if not child.ends and child.process.poll() is not None]

    def bury(self, child: Child) -> None:
        """Kill what one that has ended left in its group, and forget it."""
        if child.record.remains:
            kill_group(child.record.pid)
        self._forget(child)

    def finish(self, child: Child) -> None:
        """Wait for a task's end; refuse to go on if it failed or a service ended meanwhile."""
        while (status := child.process.poll()) is None:
            self.check()
            time.sleep(0.03)
        if status != 0:
            raise Refusal(f"{child.name} failed (status {status}). The end of its log:{child.tail()}")
        self._forget(child)

    def _forget(self, child: Child) -> None:
        self.children.remove(child)
        os.write(self._pipe, f"forget {child.record.pid}\n".encode())

    def wait(self, child: Child, ready: Callable[[], bool], limit: float = START_LIMIT) -> None:
        """Until `ready` says so and the child, which must be the one that answered, still lives."""
        until = time.monotonic() + limit
        while not ready():
            self.check()
            if time.monotonic() > until:
                raise Refusal(f"{child.name} is not ready after {limit:.0f} s. The end of its log:{child.tail()}")
            time.sleep(0.03)
        self.check()

    def stop(self, stages: Sequence[int] = (records.COMMAND, records.PROCESS, records.SERVICE)) -> list[str]:
        """Stop the children of these stages; returns the names of those that had to be killed."""
        chosen = [child for child in self.children if child.record.stage in stages]
        killed = records.stop([child.record for child in chosen])
        for child in chosen:
            child.process.wait()
            self._forget(child)
        return [record.name for record in killed]

    def close(self) -> None:
        """Stop everything, let the watcher end, forget the records."""
        self.stop()
        self._watcher.communicate()
        os.close(self._records)
        self.file.unlink(missing_ok=True)


@contextmanager
def family(layout: Layout, lock: int, file: Path) -> Iterator[Family]:
    """A family that is stopped at the end, however that comes."""
    members = Family(layout, lock, file)
    try:
        yield members
    finally:
        members.close()
