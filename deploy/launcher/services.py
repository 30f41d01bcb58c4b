"""The services of one copy and the environment that tells a process where they are."""

import os
import secrets
import signal
from functools import partial
from pathlib import Path

from deploy.launcher import databases, postgres, valkey
from deploy.launcher.family import Child, Family
from deploy.launcher.layout import ROOT, Layout
from deploy.launcher.records import SERVICE
from deploy.launcher.say import step

SOFT_SHUTDOWN = "4"  # seconds a worker may use for the task in hand; production gives 30
DROPPED = {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME"}  # byte code is what makes a restart quick
KEPT_PG = {"PG_BINDIR"}


def base_environment() -> dict[str, str]:
    """The caller's environment without what would bend our processes (PGPORT, PGOPTIONS and their like)."""
    foreign = "DATABASE_URL" in os.environ
    return {
        name: value
        for name, value in os.environ.items()
        if name not in DROPPED and (foreign or not name.startswith("PG") or name in KEPT_PG)
    }


def _secret(layout: Layout) -> str:
    """The demo's signing key: made once, readable by its owner alone, the same after a restart."""
    path = layout.var / "secret_key"
    if not path.exists():
        new = path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(50))
        new.replace(path)
    return path.read_text()


def _address(port: int) -> str:
    return f"http://localhost:{port}"


def application_environment(layout: Layout, port: int) -> dict[str, str]:
    """What the settings read, apart from the services. What the caller set wins."""
    var = layout.var
    own = {
        "CONSILIUM_ENV": "demo",
        "PUBLIC_ORIGIN": _address(port),
        "STORAGE_ROOT": str(var / "storage"),
        "SLIDE_ROOT": str(var / "slides"),
        "FONT_ROOT": str(ROOT / "var" / "fonts"),  # installed, like .venv, and the same for every DEV_VAR
        "STATIC_ROOT": str(var / "static"),
        "WORKER_SOFT_SHUTDOWN": SOFT_SHUTDOWN,
        "DEV_VAR": str(var),
        "PYTHONUNBUFFERED": "1",
    }
    env = own | base_environment()
    if "SECRET_KEY" not in env:
        env["SECRET_KEY"] = _secret(layout)
    return env


def _broker(path: Path) -> dict[str, str]:
    """Cache and broker in two databases of one server; Celery spells a socket in its own way."""
    return {
        "REDIS_URL": f"unix://{path}?db=0",
        "CELERY_BROKER_URL": f"redis+socket://{path}?virtual_host=1",
    }


def _mail(family: Family, env: dict[str, str]) -> tuple[Child, Path]:
    portfile = family.layout.run / "smtp.port"
    portfile.unlink(missing_ok=True)
    folder = family.layout.var / "mail"
    child = family.start(
        "mail",
        *(python(), "-m", "deploy.launcher.smtp_sink", folder, portfile),
        env=env,
        stage=SERVICE,
        stop=signal.SIGTERM,
    )
    return child, portfile


def python() -> Path:
    """The interpreter of the environment the launcher made, by the path that tells it where its packages are."""
    return ROOT / ".venv" / "bin" / "python"


def bring_up(family: Family, env: dict[str, str], *, fast: bool) -> Path | None:
    """Start every service for which the caller has set no address, and write the addresses into `env`.

    Returns the folder of PostgreSQL's socket if the server is ours.
    """
    with step("services"):
        mail = None if "EMAIL_URL" in env else _mail(family, env)
        redis = None if "REDIS_URL" in env else valkey.start(family, env, fast=fast)
        database = None if "DATABASE_URL" in env else postgres.start(family, env, fast=fast)
        if database:
            family.wait(database[0], partial(postgres.answers, database[1]))
            databases.ensure_roles(database[1])
            env["DATABASE_URL"] = databases.url(database[1], databases.APP)
            env["DATABASE_OWNER_URL"] = databases.url(database[1], databases.OWNER)
        if redis:
            family.wait(redis[0], partial(valkey.answers, redis[1]))
            env |= _broker(redis[1])
        if mail:
            family.wait(mail[0], mail[1].exists)
            env["EMAIL_URL"] = f"smtp://127.0.0.1:{mail[1].read_text()}"
            env["MAIL_SINK"] = str(family.layout.var / "mail")
    return database[1] if database else None
