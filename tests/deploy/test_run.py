"""`run` around real services: its status, its seat beside another, and nothing left whatever kills it."""

import os
import re
import signal
import subprocess

import pytest

from tests.deploy.conftest import LIMIT, Launcher

ASK = "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).execute('select 1').fetchone()[0])"


def test_run_gives_the_command_its_services_and_its_status_and_output_back(launcher: Launcher) -> None:
    done = launcher.run("sh", "-c", f'.venv/bin/python -c "{ASK}"; exit 7')
    assert (done.returncode, done.stdout) == (7, "1\n")


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        pytest.param(signal.SIGINT, marks=pytest.mark.deep),
        pytest.param(signal.SIGHUP, marks=pytest.mark.deep),
    ],
)
def test_an_interrupted_run_never_passes_for_a_success(launcher: Launcher, number: signal.Signals) -> None:
    run = launcher.run_until_ready()
    children = launcher.records()
    assert set(children) == {"mail", "redis", "postgres", "command"}
    run.send_signal(number)
    assert run.wait(LIMIT) == 128 + number
    assert not [name for name, record in children.items() if record.remains]


def test_a_killed_launcher_leaves_no_orphan_and_the_next_waits_for_the_clean_up(launcher: Launcher) -> None:
    run = launcher.run_until_ready()
    children = launcher.records()
    run.kill()
    done = launcher.run(".venv/bin/python", "-c", ASK)
    assert (done.returncode, done.stdout) == (0, "1\n")
    assert not [name for name, record in children.items() if record.remains]


def test_a_second_run_takes_a_seat_and_the_first_waits_for_it(launcher: Launcher) -> None:
    first = launcher.run_until_ready()
    second = launcher.run_until_ready("sh", "-c", f'echo ready; read _; .venv/bin/python -c "{ASK}"')
    assert first.stdin and first.stderr and second.stdin
    first.stdin.close()
    waiting = next(line for line in first.stderr if "Waiting" in line)
    assert "another command" in waiting
    out, _ = second.communicate("go\n", timeout=LIMIT)
    assert (second.returncode, out) == (0, "1\n")
    assert first.wait(LIMIT) == 0


def test_up_beside_a_running_launcher_says_so(launcher: Launcher) -> None:
    first = launcher.run_until_ready()
    up = launcher.start("up")
    _, said = up.communicate(timeout=LIMIT)
    assert up.returncode == 1
    assert f"already in use here by `run` (process {first.pid})" in said


def test_an_old_socket_is_not_taken_for_a_server(launcher: Launcher) -> None:
    (launcher.var / "run").mkdir(parents=True)
    (launcher.var / "run" / "redis.sock").touch()
    ping = "import os, redis; print(redis.from_url(os.environ['REDIS_URL']).ping())"
    assert launcher.run(".venv/bin/python", "-c", ping).stdout == "True\n"


@pytest.mark.deep
def test_after_a_kill_of_launcher_and_watcher_the_next_run_stops_what_is_left(launcher: Launcher) -> None:
    run = launcher.run_until_ready()
    children = launcher.records()
    for pid in (launcher.watcher(run), run.pid):
        os.kill(pid, signal.SIGKILL)
    run.wait(LIMIT)
    assert all(record.lives for record in children.values())
    done = launcher.run(".venv/bin/python", "-c", ASK)
    assert (done.returncode, done.stdout) == (0, "1\n")
    assert "stopping what a killed run left" in done.stderr
    assert not [name for name, record in children.items() if record.remains]


@pytest.mark.deep
def test_a_killed_postmaster_is_named_and_the_next_run_simply_works(launcher: Launcher) -> None:
    run = launcher.run_until_ready()
    os.kill(launcher.records()["postgres"].pid, signal.SIGKILL)
    assert run.wait(LIMIT) == 1
    assert run.stderr
    said = run.stderr.read()
    assert "postgres was killed by signal 9" in said
    assert launcher.run(".venv/bin/python", "-c", ASK).stdout == "1\n"


@pytest.mark.deep
def test_a_killed_initdb_leaves_no_half_cluster(launcher: Launcher) -> None:
    half = launcher.var / "pg18.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert launcher.run(".venv/bin/python", "-c", ASK).stdout == "1\n"
    assert not half.exists()


@pytest.mark.deep
def test_only_the_watcher_inherits_the_lock(launcher: Launcher) -> None:
    run = launcher.run_until_ready()
    holders = subprocess.run(["ls", "-l", *_descriptors(launcher)], capture_output=True, text=True, check=False).stdout
    assert not re.search(r"dev\.lock", holders)
    assert run.poll() is None


def _descriptors(launcher: Launcher) -> list[str]:
    return [f"/proc/{record.pid}/fd" for record in launcher.records().values()]
