"""A process of the demo that dies is started again; one that dies again and again ends the demo with its reason."""

import os
import signal
import subprocess
from types import SimpleNamespace
from typing import cast

from deploy.launcher.family import Child, Family
from deploy.launcher.records import Record
from deploy.launcher.supervise import AGAIN, Supervisor
from tests.deploy.conftest import LIMIT, Launcher

# A demo of one process, which leaves another in its group as a worker does its pool.
DEMO = """
import os, sys, time
from functools import partial
from deploy.launcher.hold import holding
from deploy.launcher.layout import layout
from deploy.launcher.lock import acquire
from deploy.launcher.say import Refusal
from deploy.launcher.supervise import Supervisor
with holding(acquire(layout(), "test", "")) as members:
    start = partial(members.start, "worker", "sh", "-c", "sleep 1000 & wait", env=os.environ)
    supervisor = Supervisor(members, {"worker": start})
    supervisor.start()
    print("ready", flush=True)
    while True:
        time.sleep(0.02)
        try:
            supervisor.look()
        except Refusal as refusal:
            sys.exit(str(refusal))
"""


def demo(launcher: Launcher) -> "tuple[subprocess.Popen[str], Record]":
    running = launcher.python("-c", DEMO)
    assert running.stdout and running.stdout.readline() == "ready\n"
    return running, launcher.records()["worker"]


def killed(launcher: Launcher, running: "subprocess.Popen[str]", worker: Record) -> Record:
    """Kill it and wait until the launcher says that there is another."""
    os.kill(worker.pid, signal.SIGKILL)
    assert running.stderr
    assert running.stderr.readline() == "worker was killed by signal 9. Starting it again.\n"
    another = launcher.records()["worker"]
    while another.pid == worker.pid:
        assert running.poll() is None
        another = launcher.records()["worker"]
    assert not worker.remains
    return another


def test_a_killed_process_is_started_again_and_leaves_nothing_behind(launcher: Launcher) -> None:
    running, worker = demo(launcher)
    another = killed(launcher, running, worker)
    assert another.lives
    running.kill()  # and what was started again is no orphan either
    running.wait(LIMIT)
    launcher.await_clean_up()
    assert not another.remains


def test_one_that_dies_again_and_again_ends_the_demo_with_its_reason(launcher: Launcher) -> None:
    running, worker = demo(launcher)
    for _ in range(AGAIN):
        worker = killed(launcher, running, worker)
    os.kill(worker.pid, signal.SIGKILL)
    _, said = running.communicate(timeout=LIMIT)
    assert running.returncode == 1
    assert f"worker was killed by signal 9, after it was started again {AGAIN} times within a minute" in said
    assert not worker.remains


def test_one_that_dies_during_the_look_is_started_again_at_the_next() -> None:
    class Members:
        """Of whom one dies as soon as it has been asked whether it lives."""

        def __init__(self) -> None:
            self.asked = 0
            self.worker = Dead("worker")

        def ended(self) -> "list[Dead]":
            self.asked += 1
            return [self.worker] if self.asked > 1 else []

        def bury(self, child: "Dead") -> None:
            self.worker = Dead("another")

    class Dead(SimpleNamespace):
        def __init__(self, name: str) -> None:
            super().__init__(name=name, how=lambda: "ended", gone=lambda: AssertionError("the demo ended with it"))

    started: list[str] = []
    supervisor = Supervisor(cast(Family, Members()), {"worker": lambda: cast(Child, started.append("again"))})
    supervisor.look()
    assert started == []
    supervisor.look()
    assert started == ["again"]
