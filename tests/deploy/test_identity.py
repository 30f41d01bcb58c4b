"""A number from a file is never signalled on its own."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from deploy.launcher import records
from deploy.launcher.identity import group_lives, identity, serves
from deploy.launcher.records import Record

Sleeper = Callable[..., subprocess.Popen[str]]
SLEEP = "import signal; print('ready', flush=True); signal.pause()"


def _record(process: subprocess.Popen[str], **changes: Any) -> Record:
    name = identity(process.pid) or ""
    known = Record("x", process.pid, name, stop=signal.SIGTERM, stage=records.PROCESS, whole=False)
    return replace(known, **changes)


def test_a_process_that_got_the_number_of_an_old_one_is_left_alone(sleeper: Sleeper) -> None:
    stranger = sleeper(SLEEP)
    old = _record(stranger, identity="another-boot/1", whole=True)
    assert not old.lives
    assert not old.remains
    assert records.stop([old], budget=1) == []
    assert stranger.poll() is None


def test_a_zombie_counts_as_gone() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert identity(child) is None
    assert not group_lives(child)
    os.waitpid(child, 0)


def test_a_postgres_is_recognised_by_its_whole_data_folder(sleeper: Sleeper) -> None:
    server = sleeper(SLEEP, "-D", "/data/pg18.new", name="postgres")
    assert serves(server.pid, Path("/data/pg18.new"))
    assert not serves(server.pid, Path("/data/pg18"))


def test_another_program_over_the_folder_is_no_postgres(sleeper: Sleeper) -> None:
    editor = sleeper(SLEEP, "-D", "/data/pg18", name="editor")
    assert not serves(editor.pid, Path("/data/pg18"))


POOL = """
import os, signal, sys
child = os.fork()
if child == 0:
    signal.pause()
def finish(*_):
    alive = os.waitpid(child, os.WNOHANG) == (0, 0)
    os.kill(child, signal.SIGKILL)
    os._exit(0 if alive else 7)
signal.signal(signal.SIGTERM, finish)
print('ready', flush=True)
signal.pause()
"""


def test_the_stop_signal_reaches_the_main_process_and_not_its_pool(sleeper: Sleeper) -> None:
    worker = sleeper(POOL)
    assert records.stop([_record(worker)], budget=5) == []
    assert worker.wait() == 0


def test_what_a_main_process_leaves_in_its_group_is_killed(sleeper: Sleeper) -> None:
    parent = sleeper(
        "import os, signal\nif os.fork() == 0:\n  signal.pause()\nprint('ready', flush=True); signal.pause()"
    )
    record = _record(parent)
    records.stop([record], budget=5)
    deadline = time.monotonic() + 10  # the dead stay in the group until process 1 has collected them
    while record.remains and time.monotonic() < deadline:
        os.sched_yield()
    assert not record.remains


def test_a_stubborn_process_is_killed_within_the_one_budget(sleeper: Sleeper) -> None:
    ignore = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
    stubborn = _record(sleeper(ignore), name="stubborn")
    killed = records.stop([stubborn, _record(sleeper(SLEEP), name="gentle")], budget=0.5)
    assert [record.name for record in killed] == ["stubborn"]
    assert not stubborn.remains


def test_processes_stop_before_the_services_they_use(sleeper: Sleeper, tmp_path: Path) -> None:
    told = tmp_path / "order"
    tell = f"""
import signal, sys
def finish(*_):
    open({str(told)!r}, "a").write(sys.argv[1] + "\\n"); sys.exit()
signal.signal(signal.SIGTERM, finish)
{SLEEP}
"""
    service = _record(sleeper(tell, "service"), stage=records.SERVICE)
    process = _record(sleeper(tell, "process"), stage=records.PROCESS)
    command = _record(sleeper(tell, "command"), stage=records.COMMAND, whole=True)
    records.stop([service, process, command], budget=20)
    assert told.read_text().split() == ["command", "process", "service"]
