"""Who a process is: its start, its arguments, its group. A number from a file is never signalled on its own."""

import os
import signal
import subprocess
from pathlib import Path

PROC = Path("/proc")
HAS_PROC = (PROC / "self" / "stat").exists()


def _stat(pid: int | str) -> list[str]:
    """The fields of /proc/<pid>/stat after the name: state, parent, group, ... Empty when it is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return []


def _ps(pid: int, column: str) -> str:
    """One column of `ps` where there is no /proc (macOS)."""
    command = ["ps", "-ww", "-o", f"{column}=", "-p", str(pid)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def identity(pid: int) -> str | None:
    """What tells this process from a later one with the same number; None when it is gone or a zombie.

    A zombie counts as gone: in a container whose first process does not reap, it would never disappear.
    """
    if not HAS_PROC:
        return None if _ps(pid, "stat").startswith("Z") else _ps(pid, "lstart") or None
    fields = _stat(pid)
    if not fields or fields[0] in "ZX":
        return None
    boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}/{fields[19]}"


def arguments(pid: int) -> list[str]:
    """The process's command line, one item an argument (split at blanks where there is no /proc)."""
    if not HAS_PROC:
        return _ps(pid, "command").split()
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def serves(pid: int, folder: Path) -> bool:
    """Is this a postgres over exactly this data folder? Whole arguments are compared: pg18 is not pg18.new."""
    words = arguments(pid)
    if not words or Path(words[0]).name != "postgres":
        return False
    wanted = str(folder).split() if not HAS_PROC else [str(folder)]
    return any(words[i] == "-D" and words[i + 1 : i + 1 + len(wanted)] == wanted for i in range(len(words)))


def group_lives(group: int) -> bool:
    """Does anything but zombies remain of this process group?"""
    if HAS_PROC:
        for entry in os.listdir(PROC):
            if entry.isdigit():
                fields = _stat(entry)
                if fields and fields[2] == str(group) and fields[0] not in "ZX":
                    return True
        return False
    try:
        os.killpg(group, 0)
    except OSError:
        return False
    return True


def kill_group(group: int) -> None:
    """SIGKILL for what remains of a group; fine if nothing does."""
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        return
