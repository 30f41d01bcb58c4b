"""The launcher's commands."""

import argparse
import os
from collections.abc import Sequence

from deploy.launcher import install
from deploy.launcher.say import Refusal, line

DEFAULT_PORT = 8000


def _port() -> int:
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Refusal(f"PORT={text} is not a port number.")
    return int(text)


def _dispatch(words: argparse.Namespace) -> int:
    if words.command == "install":
        install.install(words.what)
        return 0
    # Needs what `install` has installed, which the standard library alone cannot import.
    from deploy.launcher import demo, run

    if words.command == "run":
        return run.run(words.words, _port())
    if words.command == "services":
        return run.serve(_port())
    if words.command == "reset":
        return demo.reset()
    return demo.up(_port())


def main(arguments: Sequence[str]) -> int:
    """Exit status: the command's own, 1 for a refusal."""
    parser = argparse.ArgumentParser(prog="python -m deploy.launcher", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    wanted = commands.add_parser("install", help="make .venv and node_modules")
    wanted.add_argument("what", choices=sorted(install.PROFILES))
    commands.add_parser("up", help="the demo, in the foreground")
    commands.add_parser("services", help="the services alone, in the foreground")
    commands.add_parser("reset", help="forget the demo's data")
    commands.add_parser("run", help="the services around one command").add_argument("words", nargs=argparse.REMAINDER)
    words = parser.parse_args(arguments)
    if words.command == "run" and words.words[:1] == ["--"]:
        del words.words[0]
    try:
        return _dispatch(words)
    except Refusal as refusal:
        line(f"\n{refusal}")
        return 1
    except KeyboardInterrupt:
        return 130
