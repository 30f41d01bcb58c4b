"""Every started process as one line: who it is, how it wants to be stopped, and when its turn comes.

The line goes to the watcher and to `var/children`, so that whoever cleans up knows every process, and it is
written by the new process itself before it becomes the program: there is no moment in which it runs unknown.
"""

import json
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.launcher.identity import group_lives, identity, kill_group

SERVICE, PROCESS, COMMAND = 1, 2, 3  # stopped from the highest to the lowest
BUDGET = 9.0  # seconds for one whole stop; the promise to the person is 10
KEPT = 2.5  # of which every later stage may count on so much


@dataclass(frozen=True)
class Record:
    """`whole`: the stop signal goes to the whole group, as a terminal would send it; else to the main process alone
    (a group signal would kill a worker's pool with its running tasks)."""

    name: str
    pid: int
    identity: str
    stop: int
    stage: int
    whole: bool

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @property
    def lives(self) -> bool:
        """The main process itself, not a stranger who got its number."""
        return identity(self.pid) == self.identity

    @property
    def remains(self) -> bool:
        """The main process or anything it left in its group. A group keeps its number from being given away,
        so a number now held by a stranger means that the group is gone."""
        if (now := identity(self.pid)) is not None:
            return now == self.identity
        return group_lives(self.pid)

    def signal(self) -> None:
        try:
            if self.whole and self.remains:
                os.killpg(self.pid, self.stop)
            elif self.lives:
                os.kill(self.pid, self.stop)
        except OSError:
            return  # it ended meanwhile


def parse(line: str) -> Record | None:
    """The record of a line, or None if the line is torn."""
    try:
        return Record(**json.loads(line))
    except (ValueError, TypeError):
        return None


def read(path: Path) -> list[Record]:
    """All whole lines of a file of records; empty if there is none."""
    try:
        return [record for line in path.read_text().splitlines() if (record := parse(line))]
    except OSError:
        return []


def _wait(records: Iterable[Record], until: float) -> list[Record]:
    left = [record for record in records if record.lives]
    while left and time.monotonic() < until:
        time.sleep(0.03)
        left = [record for record in left if record.lives]
    return left


def stop(records: Sequence[Record], budget: float = BUDGET) -> list[Record]:
    """Stop everything, stage by stage, within one budget of seconds; returns those that had to be killed.

    All of a stage are told at once. Whatever a main process left in its group is killed when its stage is over.
    """
    deadline, killed = time.monotonic() + budget, []
    stages = sorted({record.stage for record in records}, reverse=True)
    for later, stage in zip(range(len(stages) - 1, -1, -1), stages, strict=True):
        members = [record for record in records if record.stage == stage]
        for record in members:
            record.signal()
        killed += _wait(members, deadline - KEPT * later)
        for record in members:
            if record.remains:
                kill_group(record.pid)
        _wait(members, time.monotonic() + 1)
    return killed
