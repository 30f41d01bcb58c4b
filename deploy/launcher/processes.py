"""The processes of the application: the same as in production, each on a unix socket of its own."""

import os
import signal
from pathlib import Path

from deploy.launcher.family import Child, Family
from deploy.launcher.services import python

STOP_LIMIT = "3"  # seconds a server may use for requests in hand
THREADS = ("--blocking-threads", "4", "--backpressure", "128")  # each thread holds a database connection


def _count(name: str, default: int) -> str:
    """How many, from the environment: WEB_WORKERS, TILE_WORKERS, JOB_WORKERS."""
    return os.environ.get(name) or str(default)


def _server(family: Family, name: str, application: str, *options: str, env: dict[str, str]) -> Child:
    path = family.layout.socket(name)
    path.unlink(missing_ok=True)
    return family.start(
        name,
        *(python(), "-m", "granian", application),
        *options,
        *("--uds", path, "--uds-permissions", "0600", "--log-level", "warning", "--workers-kill-timeout", STOP_LIMIT),
        env=env,
    )


def web(family: Family, env: dict[str, str]) -> Child:
    """Pages and API."""
    options = ("--interface", "wsgi", "--no-ws", "--workers", _count("WEB_WORKERS", 1), *THREADS)
    return _server(family, "web", "config.wsgi:application", *options, env=env)


def tiles(family: Family, env: dict[str, str]) -> Child:
    """Pixels only."""
    options = ("--interface", "wsgi", "--no-ws", "--workers", _count("TILE_WORKERS", 1), *THREADS)
    return _server(family, "tiles", "slides.tiles.wsgi:application", *options, env=env)


def live(family: Family, env: dict[str, str]) -> Child:
    """Events and sockets that stay open. (asginl: ASGI without its lifespan protocol, which Django does not speak.)"""
    return _server(family, "live", "config.asgi:application", "--interface", "asginl", env=env)


def _celery(family: Family, name: str, *options: str | Path, env: dict[str, str], stop: signal.Signals) -> Child:
    command = (python(), "-m", "celery", "-A", "config", name, "--loglevel", "WARNING")
    return family.start(name, *command, *options, env=env, stop=stop)


def worker(family: Family, env: dict[str, str]) -> Child:
    """Jobs. SIGQUIT is Celery's soft shutdown: the task in hand may finish, for a limited time."""
    options = ("--concurrency", _count("JOB_WORKERS", 2), "--without-gossip", "--without-mingle")
    return _celery(family, "worker", *options, "-n", "worker@localhost", env=env, stop=signal.SIGQUIT)


def beat(family: Family, env: dict[str, str]) -> Child:
    """The clock that ticks; what is due is found in the database."""
    folder = family.layout.var / "beat"
    folder.mkdir(exist_ok=True)
    options = ("--schedule", folder / "schedule", "--pidfile", "")
    return _celery(family, "beat", *options, env=env, stop=signal.SIGTERM)
