"""`make lock`: writes every lock file again from what the requirements ask for. UPGRADE=1 takes newer releases."""

import os
import sys
from pathlib import Path

from deploy.launcher import tools
from deploy.launcher.say import Refusal, line, step

ROOT = Path(__file__).resolve().parents[1]
# Each is held to the versions of the one before it, so that tests run what the product ships.
CHAIN = ("requirements", "requirements-local", "requirements-dev")
PEERS = "benchmarks/peers/requirements"
# Of the samples' packages two data files are wanted, and nothing that their code depends on.
APART = {"requirements-uv": (), "requirements-node": (), "requirements-samples": ("--no-deps",)}
# One lock for every platform and Python; no index, no interpreter's path, no folder of this machine in it.
OPTIONS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--custom-compile-command", "make lock")


def _compile(name: str, *options: str, held_to: str | None = None) -> None:
    held = ("--constraint", f"{held_to}.txt") if held_to else ()
    upgrade = ("--upgrade",) if os.environ.get("UPGRADE") == "1" else ()
    command = (tools.uv(), "--quiet", "pip", "compile", *OPTIONS, *options, *held, *upgrade, f"{name}.in")
    with step(f"{name}.txt"):
        tools.must(f"Locking {name}.in", *command, "--output-file", f"{name}.txt", env=tools.uv_environment())


def main() -> int:
    try:
        for name, options in APART.items():
            _compile(name, *options)
        for name, before in zip(CHAIN, (None, *CHAIN), strict=False):
            _compile(name, held_to=before)
        _compile(PEERS, held_to=CHAIN[-1])
        with step("package-lock.json"):
            tools.must("Locking package.json", *tools.npm(), "install", "--package-lock-only", "--loglevel=error")
    except Refusal as refusal:
        line(str(refusal))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
