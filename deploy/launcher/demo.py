"""`up`: the whole system in the foreground, from whatever state the last run left, until Ctrl-C."""

import shutil
import time
from functools import partial

from deploy.launcher import demo_data, front, interrupt, leftovers, prepare, processes, services
from deploy.launcher.family import Family
from deploy.launcher.hold import holding
from deploy.launcher.interrupt import Interrupted
from deploy.launcher.layout import layout
from deploy.launcher.lock import STARTING, Holder, Lock, acquire
from deploy.launcher.say import Refusal, line, step
from deploy.launcher.supervise import Supervisor

READY_LIMIT = 90.0  # seconds until the processes must answer


def _already(holder: Holder) -> Refusal:
    if holder.address and holder.state == STARTING:
        return Refusal(
            f"Consilium is still starting (process {holder.pid}) and will be at {holder.address} when it says so in its"
            " terminal. Ctrl-C there stops it."
        )
    where = f"running at {holder.address}" if holder.address else f"in use here by `{holder.command}`"
    return Refusal(f"Consilium is already {where} (process {holder.pid}). Ctrl-C in its terminal stops it.")


def _start_processes(members: Family, env: dict[str, str], port: int) -> Supervisor:
    """All at once: they are bound by imports, and wait for nobody but the services."""
    front.check_port(port)
    starts = {name: partial(start, members, env) for name, start in (_SERVERS | _OTHERS).items()}
    supervisor = Supervisor(members, starts | {"front": partial(front.start, members, port, env)})
    with step("web, tiles, live, worker and beat"):
        children = supervisor.start()
        for name in _SERVERS:
            members.wait(children[name], partial(front.answers, members.layout.socket(name)), READY_LIMIT)
        members.wait(children["front"], partial(front.ready, port), READY_LIMIT)
    return supervisor


_SERVERS = {"web": processes.web, "tiles": processes.tiles, "live": processes.live}
_OTHERS = {"worker": processes.worker, "beat": processes.beat}


def _serve(lock: Lock, port: int, began: float) -> None:
    with holding(lock) as members:
        front.check_port(port)
        try:
            env = services.application_environment(lock.layout, port)
            env |= demo_data.visitors_slides(env)
            sockets = services.bring_up(members, env, fast=False)
            static = prepare.static(members, env)
            demo_data.prepare(members, env, sockets)
            prepare.finish_static(members, env, static)
            people = demo_data.who(members, env)
            supervisor = _start_processes(members, env, port)
            lock.publish(env)
            line(f"\n{people.rstrip()}\n")
            took = time.monotonic() - began
            line(f"Consilium is running: {env['PUBLIC_ORIGIN']}   (after {took:.1f} s; Ctrl-C stops it)")
            while True:
                supervisor.look()
                time.sleep(0.3)
        finally:
            interrupt.ignore()
            lock.withdraw(wait=False)
            _stop(members)


def _stop(members: Family) -> None:
    line("\nStopping ...")
    start = time.monotonic()
    killed = members.stop()
    note = f" ({', '.join(killed)} did not end in time and had to be killed)" if killed else ""
    line(f"Stopped in {time.monotonic() - start:.1f} s{note}.")


def up(port: int) -> int:
    """Exit status: 0 after Ctrl-C, 128 + signal after another signal; a refusal says why it ended by itself."""
    began, place = time.monotonic(), layout()
    interrupt.listen()
    try:
        found = acquire(place, "make demo", f"http://localhost:{port}")
        if not isinstance(found, Lock):
            raise _already(found)
        _serve(found, port, began)
    except Interrupted as interrupted:
        return 0 if interrupted.number == 2 else 128 + interrupted.number
    return 0


def reset() -> int:
    """Forget the demo's rows and files; what was installed or fetched stays."""
    place = layout()
    found = acquire(place, "make demo-reset", "")
    if not isinstance(found, Lock):
        raise _already(found)
    leftovers.clear(place)
    with step("forgetting the demo's data"):
        demo_data.forget_files(place)
        for folder in (*place.var.glob("pg[0-9]*"), place.var / "redis", place.var / "mail"):
            shutil.rmtree(folder, ignore_errors=True)
    line("The next `make demo` makes it anew.")
    return 0
