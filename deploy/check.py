"""`make check`: everything that judges the code without running the tests. All of it runs, a few at a time; one failure
fails it."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.launcher.say import line

AT_ONCE = 3
ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
CHECKS: dict[str, tuple[str, ...]] = {
    "style": (PYTHON, "-m", "ruff", "check", "--quiet"),
    "format": (PYTHON, "-m", "ruff", "format", "--check", "--quiet"),
    "types": (PYTHON, "-m", "mypy", "--no-error-summary", "."),
    "imports": (PYTHON, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"),
    "system checks": (PYTHON, "manage.py", "check", "--fail-level", "WARNING"),
    "migrations": (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"),
    "locks": (PYTHON, "-m", "deploy.checks.locks"),
    "flaws": (PYTHON, "-m", "deploy.checks.flaws"),
    "templates": (PYTHON, "-m", "deploy.checks.templates"),
    "role table": (PYTHON, "manage.py", "role_table", "--check"),
    "texts": (PYTHON, "-m", "deploy.translations", "check"),
}


def main() -> int:
    """Exit status 1 if any failed; what it said stands below its line."""
    failed = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for name, (done, seconds) in zip(CHECKS, pool.map(_run, CHECKS.values()), strict=True):
            line(f"  {name:<20} {'ok' if done.returncode == 0 else 'FAILED':<8} {seconds:5.1f} s")
            if done.returncode != 0:
                failed.append(name)
                line((done.stdout + done.stderr).rstrip())
    line(f"{len(CHECKS) - len(failed)} passed, {len(failed)} failed" + (f": {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


def _run(command: tuple[str, ...]) -> tuple["subprocess.CompletedProcess[str]", float]:
    """What became of one, and how many seconds it took."""
    start, env = time.monotonic(), {"CONSILIUM_ENV": "test", **os.environ}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return done, time.monotonic() - start


if __name__ == "__main__":
    sys.exit(main())
