"""Where everything of one copy lies: one folder, `var/` or DEV_VAR, and a short folder for sockets if need be."""

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from deploy.launcher.say import Refusal

ROOT = Path(__file__).resolve().parents[2]
SOCKET_FOLDER_LIMIT = 80  # characters; a socket's path may have 107 bytes, and the longest name here takes 20


@dataclass(frozen=True)
class Layout:
    """The folders below `var`. `run` holds the sockets and may lie elsewhere."""

    var: Path
    run: Path

    @property
    def log(self) -> Path:
        return self.var / "log"

    @property
    def lock(self) -> Path:
        """The lock and who holds it."""
        return self.var / "dev.lock"

    @property
    def attached(self) -> Path:
        """Held shared by every command that uses the services of another launcher."""
        return self.var / "attached.lock"

    @property
    def ready(self) -> Path:
        """The environment for those who attach; exists only while the services are ready."""
        return self.var / "dev.json"

    @property
    def children(self) -> Path:
        """The records of every process of the holder."""
        return self.var / "children"

    def leave(self) -> None:
        """Everything has stopped: remove the folder of sockets if it is the short one outside."""
        if self.run.parent != self.var:
            shutil.rmtree(self.run, ignore_errors=True)

    def socket(self, name: str) -> Path:
        return self.run / f"{name}.sock"


def _short_folder(var: Path) -> Path:
    """A folder under the system's temporary one, private, and surely ours: somebody may have made it first."""
    folder = Path(tempfile.gettempdir()) / f"consilium-{hashlib.sha1(str(var).encode()).hexdigest()[:10]}"  # noqa: S324 - a name, not a secret
    folder.mkdir(mode=0o700, exist_ok=True)
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid() or state.st_mode & 0o022:
        raise Refusal(
            f"{folder} is needed for sockets, but is not a private folder of yours. Remove it, or set TMPDIR."
        )
    return folder


def socket_folder(var: Path) -> Path:
    """`var/run`, or a short private folder where that path would be too long for a socket."""
    inside = var / "run"
    if len(os.fsencode(inside)) <= SOCKET_FOLDER_LIMIT:
        inside.mkdir(mode=0o700, exist_ok=True)
        return inside
    return _short_folder(var)


def layout() -> Layout:
    """The layout of this copy, its folders made."""
    var = Path(os.environ.get("DEV_VAR") or ROOT / "var")
    var = (var if var.is_absolute() else ROOT / var).resolve()
    try:
        (var / "log").mkdir(parents=True, exist_ok=True)
        return Layout(var, socket_folder(var))
    except PermissionError as error:
        message = f"{error.filename} belongs to somebody else. Run as its owner, or remove {var} and start over."
        raise Refusal(message) from error
