"""`run -- COMMAND`: the services around one command, or a seat at the services of a launcher that runs already."""

import os
import time
from collections.abc import Callable, Sequence

from deploy.launcher import databases, interrupt, services, terminal
from deploy.launcher.family import Family, family
from deploy.launcher.hold import holding
from deploy.launcher.interrupt import Interrupted
from deploy.launcher.layout import Layout, layout
from deploy.launcher.lock import Lock, acquire, attach
from deploy.launcher.say import Refusal, line


def fast() -> bool:
    """The unsafe, quicker settings for clusters whose rows do not matter."""
    return os.environ.get("DEV_FAST") == "1"


def _follow(members: Family, command: Sequence[str], env: dict[str, str]) -> int:
    """Run the command to its end; its exit status, or 128 + the number of the signal that ended it."""
    front = terminal.in_front()
    child = members.command(command, env=env)
    try:
        while (status := child.process.poll()) is None:
            members.check()
            if front:
                terminal.follow_stop(child.process.pid)
            time.sleep(0.05)
    finally:
        if front:
            terminal.give(os.getpgrp())
    return status if status >= 0 else 128 - status


def _own(lock: Lock, use: Callable[[Family, dict[str, str]], int], port: int) -> int:
    """Bring the services up, use them, let those who share them finish, stop everything."""
    with holding(lock) as members:
        env = services.application_environment(lock.layout, port)
        if sockets := services.bring_up(members, env, fast=fast()):
            databases.ensure_bare(sockets)
        lock.publish(env)
        status = use(members, env)
        lock.withdraw(wait=True)
        return status


def _attached(place: Layout, descriptor: int, env: dict[str, str], command: Sequence[str]) -> int:
    """Beside another launcher: our own watcher, our own record, and the shared lock until we are done."""
    merged = env | {name: os.environ[name] for name in os.environ if name not in env}
    try:
        with family(place, descriptor, place.var / f"children.{os.getpid()}") as members:
            return _follow(members, command, merged)
    finally:
        os.close(descriptor)


def run(command: Sequence[str], port: int) -> int:
    """Exit status of the command; 128 + signal when interrupted; 1 when a service failed."""
    if not command:
        raise Refusal("Say what to run: run -- COMMAND")
    place = layout()
    interrupt.listen()
    try:
        while True:
            found = acquire(place, "run", "")
            if isinstance(found, Lock):
                return _own(found, lambda members, env: _follow(members, command, env), port)
            if seat := attach(place, found):
                return _attached(place, *seat, command)
    except Interrupted as interrupted:
        return 128 + interrupted.number


def serve(port: int) -> int:
    """The services alone, in the foreground, until Ctrl-C."""
    place = layout()
    interrupt.listen()

    def stay(members: Family, env: dict[str, str]) -> int:
        line("Services are ready (Ctrl-C stops them). In another terminal: make run CMD=...")
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL"):
            line(f"  {name}={env.get(name, '')}")
        while True:
            members.check()
            time.sleep(0.3)

    found = acquire(place, "services", "")
    if not isinstance(found, Lock):
        raise Refusal(f"`{found.command}` (process {found.pid}) is already running here.")
    try:
        return _own(found, stay, port)
    except Interrupted:
        return 0
