"""PostgreSQL refuses to run as root. How the launcher gives that up for it, without changing the machine.

First a user namespace in which root is seen as nobody: files stay root's. Else the user nobody, where every folder
on the way can be entered by others. Else a clear refusal.
"""

import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.launcher.say import Refusal

NOBODY = 65534


@dataclass(frozen=True)
class Privilege:
    """`prefix` goes before the command; `user` is who runs it, if not we; `owner` must own data and sockets."""

    prefix: tuple[str, ...] = ()
    user: int | None = None
    owner: int | None = None

    @property
    def groups(self) -> list[str | int] | None:
        """The further groups of `user`: none."""
        return None if self.user is None else []

    def own(self, folder: Path) -> None:
        """Give a folder with all in it to the right owner; a cluster may have been made the other way."""
        if self.owner is None:
            return
        for path in (folder, *folder.rglob("*")):
            if path.lstat().st_uid != self.owner:
                os.chown(path, self.owner, self.owner, follow_symlinks=False)


def _namespace() -> tuple[str, ...] | None:
    if not (unshare := shutil.which("unshare")):
        return None
    prefix = (unshare, "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
    done = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return prefix if done.returncode == 0 else None


def enterable(folder: Path) -> bool:
    """Can every folder down to this one be entered by others?"""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


def for_postgres(binaries: Path, var: Path) -> Privilege:
    """How to start PostgreSQL's programs from `binaries` over data in `var`."""
    if os.getuid() != 0:
        return Privilege()
    if prefix := _namespace():
        return Privilege(prefix=prefix, owner=0)
    if enterable(binaries.resolve()) and enterable(var):
        return Privilege(user=NOBODY, owner=NOBODY)
    raise Refusal(
        "PostgreSQL does not run as root, and this machine offers no user namespace and no folder that the user nobody"
        " could enter.\nRun as an ordinary user, or set DATABASE_URL to a PostgreSQL server of your own."
    )
