"""Makes `.venv` and `node_modules` from the lock files, once: nothing is installed again until a lock changes.

Runs on the machine's own Python with its standard library alone.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.launcher import derive, tools
from deploy.launcher.say import Refusal, line, step

ROOT = Path(__file__).resolve().parents[2]
VENV, MODULES = ROOT / ".venv", ROOT / "node_modules"


@dataclass(frozen=True)
class Profile:
    """What an installation holds. A larger one serves a smaller one too."""

    requirements: str
    npm: tuple[str, ...]
    serves: tuple[str, ...]


PROFILES = {
    "demo": Profile("requirements-local.txt", ("--omit=dev",), ("demo",)),
    "test": Profile("requirements-dev.txt", (), ("demo", "test")),
}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _installed(stamp: Path, lock: str | None, wanted: str) -> bool:
    """Does this stamp say that an installation that serves `wanted` is complete and as locked now?"""
    try:
        found = json.loads(stamp.read_text())
        profile = PROFILES[found["profile"]]
        return wanted in profile.serves and found["hash"] == _hash(ROOT / (lock or profile.requirements))
    except (OSError, ValueError, KeyError):
        return False


def _stamp(stamp: Path, lock: str, wanted: str) -> None:
    stamp.write_text(json.dumps({"profile": wanted, "hash": _hash(ROOT / lock)}))


@contextmanager
def _alone() -> Iterator[None]:
    """One installation at a time in this copy."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "install.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            line("  waiting for another installation in this folder ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _runs() -> bool:
    """Does .venv hold a Python that works and is new enough? One of a removed Python does not."""
    python = VENV / "bin" / "python"
    said = tools.quietly(python, "-c", "import sys; print(sys.version_info >= (3, 11))") if python.exists() else None
    return said is not None and said.stdout.strip() == "True"


def _python(wanted: str, stamp: Path) -> None:
    """The Python packages, with byte code: without it every process would compile every module again."""
    profile, half = PROFILES[wanted], VENV / ".installing"
    uv = tools.uv()
    if half.exists() or not _runs():
        with step("Python environment"):
            shutil.rmtree(VENV, ignore_errors=True)
            env = tools.uv_environment()
            tools.must("Making .venv", uv, "--quiet", "venv", "--python", sys.executable, VENV, env=env)
    with step("Python packages"):
        half.touch()
        stamp.unlink(missing_ok=True)
        lock = ROOT / profile.requirements
        python = VENV / "bin" / "python"
        tools.uv_install("Installing the packages", "--compile-bytecode", "--python", python, "-r", lock)
        _stamp(stamp, profile.requirements, wanted)
        half.unlink()


def _start_npm(wanted: str) -> subprocess.Popen[str]:
    command = [*tools.npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    node = Path(command[0]).parent
    return subprocess.Popen(
        [*command, *PROFILES[wanted].npm],
        cwd=ROOT,
        env=os.environ | {"PATH": f"{node}{os.pathsep}{os.environ.get('PATH', os.defpath)}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _finish_npm(npm: subprocess.Popen[str], began: float, wanted: str) -> None:
    said, _ = npm.communicate()
    if npm.returncode != 0:
        raise Refusal(f"Installing the front-end libraries failed:\n{said}".rstrip())
    _stamp(MODULES / ".installed", "package-lock.json", wanted)
    line(f"  {'front-end libraries':<46} {time.monotonic() - began:5.1f} s")


def install(wanted: str) -> None:
    """Make what is missing for `wanted` (demo or test); says nothing when nothing is."""
    if sys.platform not in ("linux", "darwin"):
        raise Refusal("Consilium runs on Linux and macOS; on Windows use WSL.")
    with _alone():
        python_needed = not (_installed(VENV / ".installed", None, wanted) and _runs())
        npm_needed = not _installed(MODULES / ".installed", "package-lock.json", wanted)
        if python_needed or npm_needed:
            line("Installing (this happens once; later starts skip it)")
        began, npm = time.monotonic(), _start_npm(wanted) if npm_needed else None
        try:
            if python_needed:
                _python(wanted, VENV / ".installed")
            if npm:
                _finish_npm(npm, began, wanted)
            for thing in derive.missing():
                derive.make(thing, VENV / "bin" / "python")
        finally:
            if npm and npm.poll() is None:
                npm.terminate()
                npm.wait()
