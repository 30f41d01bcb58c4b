"""Roles and databases of the cluster: the owner migrates and clones, the app works and can change no rule.

A database's comment says what it is: {"made": "bare"} (empty, for tests and developers) or "demo", with the hash of
the migrations it has. A demo database is built under another name and renamed when complete, so a half-made one can
never be served.
"""

import json
from pathlib import Path
from typing import TypedDict

import psycopg
from psycopg import sql

from deploy.launcher.postgres import connect
from deploy.launcher.say import Refusal

NAME, NEW = "consilium", "consilium_new"
OWNER, APP = "consilium_owner", "consilium_app"

# For template1, so that every database made later, a test's clone too, has them. Migrations revoke where needed.
# The app gets neither TRUNCATE nor TRIGGER nor REFERENCES, and no right to create anything.
PRIVILEGES = f"""
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO {APP};
    ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
    ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE, SELECT ON SEQUENCES TO {APP};
"""


class Comment(TypedDict, total=False):
    made: str
    migrations: str


def url(sockets: Path, role: str, name: str = NAME) -> str:
    """The address Django, libpq and psycopg read alike."""
    return f"postgres://{role}@/{name}?host={sockets}"


def ensure_roles(sockets: Path) -> None:
    """Make the two roles and what new databases inherit; changes nothing where that is done."""
    with connect(sockets) as db:
        for role, options in ((OWNER, "LOGIN CREATEDB"), (APP, "LOGIN")):
            if not db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                db.execute(sql.SQL("CREATE ROLE {} " + options).format(sql.Identifier(role)))
        # Dropping a test's clone means ending the application's sessions in it.
        db.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(APP), sql.Identifier(OWNER)))
    with connect(sockets, "template1") as db:
        if not db.execute("SELECT 1 FROM pg_default_acl").fetchone():
            db.execute(PRIVILEGES)


def comment(db: psycopg.Connection, name: str) -> Comment | None:
    """What the database is; None if there is none. An unmarked one is {}."""
    row = db.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    if row is None:
        return None
    try:
        found: Comment = json.loads(row[0] or "{}")
    except ValueError:
        return {}
    return found


def mark(db: psycopg.Connection, name: str, what: Comment) -> None:
    db.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(json.dumps(what))))


def save(sockets: Path, what: Comment) -> None:
    """Mark the demo's database."""
    with connect(sockets) as db:
        mark(db, NAME, what)


def drop(db: psycopg.Connection, name: str) -> None:
    db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def create(db: psycopg.Connection, name: str) -> None:
    """Make an empty database of the owner, which nobody but its two roles enters."""
    target = sql.Identifier(name)
    db.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(target, sql.Identifier(OWNER)))
    db.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(target))
    db.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(target, sql.Identifier(APP)))


def ensure_bare(sockets: Path) -> None:
    """For `run` and `services`: an empty database to start from, where there is none at all."""
    with connect(sockets) as db:
        if comment(db, NAME) is None:
            create(db, NAME)
            mark(db, NAME, {"made": "bare"})


def start_new(sockets: Path) -> None:
    """Make the empty database in which the demo will be built; a half-made one is removed first."""
    with connect(sockets) as db:
        drop(db, NEW)
        create(db, NEW)


def finish_new(sockets: Path, what: Comment) -> None:
    """The demo is complete: mark it and give it its name, in place of an empty one."""
    with connect(sockets) as db:
        mark(db, NEW, what)
        db.execute("CHECKPOINT")
        drop(db, NAME)
        db.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(NEW), sql.Identifier(NAME)))


def _has_tables(db: psycopg.Connection) -> bool:
    return bool(db.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone())


def demo_state(sockets: Path) -> Comment | None:
    """The comment of a complete demo database; None where the demo must be made (nothing there, or an empty one)."""
    with connect(sockets) as db:
        found = comment(db, NAME)
    if found is None or found.get("made") == "demo":
        return found
    with connect(sockets, NAME) as db:
        if _has_tables(db):
            raise Refusal(
                "The database holds tables that were not made by the demo (by `make run`, perhaps).\n"
                "Start over with fresh demo data: make demo-reset. Or keep it and use another folder: DEV_VAR=var/demo"
            )
    return None


def foreign_state(db: psycopg.Connection) -> Comment | None:
    """The same for a database the caller has named. Nothing of it is ever removed, so a half-made one is refused."""
    name = db.info.dbname
    found = comment(db, name) or {}
    if found.get("made") == "demo":
        return found
    if _has_tables(db):
        half = "a demo that was interrupted while it was made" if found else "tables that were not made by the demo"
        raise Refusal(f"The database {name} of DATABASE_URL holds {half}. Name an empty one.")
    return None
