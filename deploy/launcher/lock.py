"""One launcher per `var`: who holds it, waiting for one that is ending, and sharing the services of one that runs."""

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.launcher import records
from deploy.launcher.identity import identity
from deploy.launcher.layout import Layout
from deploy.launcher.say import Refusal, line

WIDTH = 512  # bytes of the lock file's text, written in one piece: nobody reads half of it
UNREADABLE_LIMIT, ENDING_LIMIT, READY_LIMIT = 5.0, 30.0, 300.0  # seconds
STARTING, RUNNING, STOPPING = "starting", "running", "stopping"


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, for the newcomer: number and start of the process, its command, its address, its state."""

    pid: int
    identity: str
    command: str
    address: str
    state: str = STARTING

    @property
    def lives(self) -> bool:
        return identity(self.pid) == self.identity


def _read(path: Path) -> Holder | None:
    try:
        return Holder(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None


class Lock:
    """The exclusive lock. Its descriptor is inherited by the watcher alone."""

    def __init__(self, layout: Layout, descriptor: int, command: str, address: str) -> None:
        self.layout, self.descriptor = layout, descriptor
        self.holder = Holder(os.getpid(), identity(os.getpid()) or "", command, address)
        self.say(STARTING)
        layout.ready.unlink(missing_ok=True)

    def say(self, state: str) -> None:
        """Tell newcomers what we are doing."""
        self.holder = Holder(**(asdict(self.holder) | {"state": state}))
        os.pwrite(self.descriptor, json.dumps(asdict(self.holder)).ljust(WIDTH).encode(), 0)

    def publish(self, env: dict[str, str]) -> None:
        """The services are ready: write their environment for those who attach, whole or not at all."""
        new = self.layout.ready.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps({"holder": asdict(self.holder), "env": env}))
        new.replace(self.layout.ready)
        self.say(RUNNING)

    def withdraw(self, *, wait: bool) -> None:
        """No more attaching. With `wait`, first let those who are attached finish."""
        descriptor = os.open(self.layout.attached, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if wait:
                line("Waiting for another command that uses these services (Ctrl-C stops them now).")
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        self.say(STOPPING)
        self.layout.ready.unlink(missing_ok=True)
        os.close(descriptor)


def _try(path: Path) -> int | None:
    """The locked descriptor, or None if it is taken. A file replaced meanwhile does not count."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.exists(path) and os.path.samestat(os.fstat(descriptor), os.stat(path)):
            return descriptor
    except BlockingIOError:
        pass
    os.close(descriptor)
    return None


def acquire(layout: Layout, command: str, address: str) -> Lock | Holder:
    """The lock, or the living holder who has it. A holder that died or is ending is waited for, with a limit."""
    start = told = time.monotonic()
    while True:
        if (descriptor := _try(layout.lock)) is not None:
            return Lock(layout, descriptor, command, address)
        holder, waited = _read(layout.lock), time.monotonic() - start
        if holder and holder.lives and holder.state != STOPPING:
            return holder
        if waited > (ENDING_LIMIT if holder else UNREADABLE_LIMIT):
            left = [f"{record.name} (process {record.pid})" for record in records.read(layout.children) if record.lives]
            raise Refusal(
                f"The last run has not ended after {waited:.0f} s and still holds {layout.lock}."
                + (f"\nStill running: {', '.join(left)}. Stop them, then start again." if left else "")
            )
        if time.monotonic() - told > 2:
            told = time.monotonic()
            line("  waiting for the last run to finish its clean-up ...")
        time.sleep(0.1)


def attach(layout: Layout, holder: Holder) -> tuple[int, dict[str, str]] | None:
    """Share the services of `holder`: the shared lock's descriptor and their environment.

    Waits while the holder is still starting. None when it ended or is ending: then the lock is to be had.
    """
    until = time.monotonic() + READY_LIMIT
    while time.monotonic() < until:
        descriptor = os.open(layout.attached, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            ready = json.loads(layout.ready.read_text())
            if ready["holder"]["identity"] == holder.identity:
                return descriptor, ready["env"]
        except (BlockingIOError, FileNotFoundError, ValueError, KeyError):
            pass
        os.close(descriptor)
        now = _read(layout.lock)
        if not now or not now.lives or now.state == STOPPING or now.identity != holder.identity:
            return None
        time.sleep(0.1)
    raise Refusal(f"`{holder.command}` (process {holder.pid}) is not ready after {READY_LIMIT:.0f} s.")
