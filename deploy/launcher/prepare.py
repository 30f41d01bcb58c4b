"""Management commands as tasks, the static files, and the hashes that tell when nothing needs to be done."""

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from deploy.launcher.family import ROOT, Child, Family
from deploy.launcher.say import step
from deploy.launcher.services import python

SKIPPED = {".venv", "node_modules", "var", ".git"}


def _sources(pattern: str) -> Iterable[Path]:
    for top in sorted(ROOT.iterdir()):
        if top.is_dir() and top.name not in SKIPPED:
            yield from sorted(top.rglob(pattern))


def migrations_hash() -> str:
    """Of all migrations: our own by content, those of packages by the lock."""
    files = [*_sources("migrations/*.py"), ROOT / "requirements.txt"]
    return hashlib.sha256(b"".join(str(f.relative_to(ROOT)).encode() + f.read_bytes() for f in files)).hexdigest()


def _static_hash() -> str:
    """Of everything collectstatic reads: our own by name, size and time, those of packages by the locks."""
    own = [f for f in (*_sources("static/**/*"), *(ROOT / "static").rglob("*")) if f.is_file()]
    parts = [f"{f.relative_to(ROOT)} {f.stat().st_size} {f.stat().st_mtime_ns}" for f in sorted(set(own))]
    locks = [(ROOT / name).read_text() for name in ("requirements.txt", "package-lock.json", "config/settings.py")]
    return hashlib.sha256("\n".join(parts + locks).encode()).hexdigest()


def manage(family: Family, env: dict[str, str], *words: str, log: str = "") -> Child:
    """Start a management command as a task; its log is named after it."""
    return family.start(log or words[0], python(), ROOT / "manage.py", *words, env=env, ends=True)


def static(family: Family, env: dict[str, str]) -> Child | None:
    """Start collecting the static files, beside whatever else goes on; None if they are as they should be."""
    stamp = Path(env["STATIC_ROOT"]) / ".collected"
    if stamp.exists() and stamp.read_text() == _static_hash():
        return None
    shutil.rmtree(env["STATIC_ROOT"], ignore_errors=True)
    return manage(family, env, "collectstatic", "--noinput", "--verbosity", "0")


def finish_static(family: Family, env: dict[str, str], task: Child | None) -> None:
    if task:
        with step("static files"):
            family.finish(task)
        (Path(env["STATIC_ROOT"]) / ".collected").write_text(_static_hash())
