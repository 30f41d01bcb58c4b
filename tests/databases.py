"""Makes the tests' databases: one template by the real migrations, a world put into a copy of it, clones of that.

The application's role runs the tests and can truncate, alter and disable nothing; the owner role migrates and clones.
A test that rolls back shares the run's database; a test that commits gets a clone of its own.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
KEPT_TEMPLATES = 2
ROOMS = ("accounts", "cases", "config", "consult", "core", "notifications", "slides")
YOUNG = 2_700  # seconds: a world is found again for as long, and a run lasts half an hour, so that no test sees it old
MAKING, USING = 4_711, 4_712  # advisory locks: parallel processes make one database, and nobody removes it in use


def url(name: str = "") -> str:
    """The owner's address of a database, of the one in use where none is named."""
    head, _, query = settings.DATABASE_OWNER_URL.partition("?")
    name = name or connections["default"].settings_dict["NAME"]
    return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


@contextmanager
def _owner() -> Iterator[psycopg.Connection[Any]]:
    """A connection of the owner to the maintenance database."""
    with psycopg.connect(url("postgres"), autocommit=True) as connection:
        yield connection


@contextmanager
def as_owner() -> Iterator[psycopg.Connection[Any]]:
    """A connection of the owner to the database in use: for what only a migration may do."""
    with psycopg.connect(url(), autocommit=True) as connection:
        yield connection


@contextmanager
def django_as_owner() -> Iterator[None]:
    """Django itself as the owner, as the commands are that retire and make tables. For tests that commit."""
    own = connections["default"]
    before = own.settings_dict["USER"]
    own.close()
    own.settings_dict["USER"] = urlsplit(settings.DATABASE_OWNER_URL).username
    try:
        yield
    finally:
        own.close()
        own.settings_dict["USER"] = before


def template_name() -> str:
    """Named after everything that decides what it holds: migrations, locked packages, the world, the server."""
    digest = hashlib.sha256()
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py"), ROOT / "requirements.txt"]
    files += [ROOT / "core" / "management" / "commands" / "make_simulated.py", Path(__file__)]
    for file in sorted(files):
        digest.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    with _owner() as owner:
        digest.update(str(owner.info.server_version).encode())
    return f"test_tpl_{digest.hexdigest()[:12]}"


def world_name() -> str:
    """Named after everything that may have had a part in making it: all code, and what the code reads."""
    digest = hashlib.sha256(template_name().encode())
    files = [ROOT / "tests" / "cast.py", ROOT / "tests" / "hashing.py"]
    for room in ROOMS:
        files += (
            each for each in (ROOT / room).rglob("*") if each.is_file() and each.suffix not in {".pyc", ".po", ".mo"}
        )
    for file in sorted(files):
        digest.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return f"test_world_{digest.hexdigest()[:12]}"


def ensure_template() -> str:
    """Build the template if it is not there; its name. An interrupted build is never taken for one."""
    name = template_name()
    with _owner() as owner, _one_at_a_time(owner, "test_tpl"):
        if not _exists(owner, name):
            with _new(owner, name, "template1") as new:
                _manage("migrate", new)
                _manage("make_simulated", new)
            _drop_old_templates(owner, name)
    return name


@contextmanager
def shared(name: str, template: str, fill: Callable[[], None]) -> Iterator[None]:
    """A database that parallel processes clone, and later runs while it is YOUNG: whoever comes first makes and fills
    it, and removes those that nobody uses any more."""
    with _owner() as owner:
        with _one_at_a_time(owner, "shared"):
            for each in _shared(owner):
                if (each != name or not _is_young(owner, each)) and _is_free(owner, each):
                    _drop(owner, each)
            if not _exists(owner, name):
                with _new(owner, name, template) as new:
                    use(new)
                    fill()
                    use("postgres")
                said = sql.Literal(str(int(time.time())))
                owner.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), said))
            owner.execute("SELECT pg_advisory_lock_shared(%s, hashtext(%s))", [USING, name])
        yield


def _shared(owner: psycopg.Connection[Any]) -> list[str]:
    """Those that say when they were made, or would say it if making them had ended."""
    return [name for (name,) in owner.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_world\\_%'")]


def _is_young(owner: psycopg.Connection[Any], name: str) -> bool:
    row = owner.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    return bool(row and row[0] and time.time() - int(row[0]) < YOUNG)


def _is_free(owner: psycopg.Connection[Any], name: str) -> bool:
    """Whether no process holds it: they let go when they end, however they end."""
    row = owner.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [USING, name]).fetchone()
    if row and row[0]:
        owner.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [USING, name])
    return bool(row and row[0])


@contextmanager
def _one_at_a_time(owner: psycopg.Connection[Any], what: str) -> Iterator[None]:
    owner.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [MAKING, what])
    try:
        yield
    finally:
        owner.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [MAKING, what])


def _exists(owner: psycopg.Connection[Any], name: str) -> bool:
    return owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


@contextmanager
def _new(owner: psycopg.Connection[Any], name: str, template: str) -> Iterator[str]:
    """The name of a new database to fill; it gets its own name when it is complete."""
    new = f"test_new_{os.getpid()}"
    _create(owner, new, template)
    yield new
    owner.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(new), sql.Identifier(name)))


def _manage(command: str, database: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", command, "-v0"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_OWNER_URL": url(database)},
        check=True,
    )


def _drop_old_templates(owner: psycopg.Connection[Any], keep: str) -> None:
    rows = owner.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_tpl\\_%' ORDER BY oid DESC")
    for (name,) in rows.fetchall()[KEPT_TEMPLATES:]:
        if name != keep:
            owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _drop(owner: psycopg.Connection[Any], name: str) -> None:
    """Not WITH (FORCE): that also tries to end autovacuum, which is not ours to end. A plain DROP asks it to leave."""
    owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'",
        [name],
    )
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _create(owner: psycopg.Connection[Any], name: str, template: str) -> None:
    _drop(owner, name)
    owner.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def clone(name: str, template: str) -> None:
    """Make `name` as a copy of `template`, to which nobody may be connected."""
    with _owner() as owner:
        _create(owner, name, template)


def drop(name: str) -> None:
    """Remove a clone, whoever is still connected."""
    with _owner() as owner:
        _drop(owner, name)


def use(name: str) -> None:
    """Point Django's connections at this database from now on."""
    connections.close_all()
    connections["default"].settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name
