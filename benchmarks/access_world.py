"""The database of the access benchmark: laboratories, people, cases, requests and what they open to whom.

Made by set-based SQL in a database of its own, kept until the migrations or these files change. `disagreements` says
that it is what the actions would have made: the real reconciling finds nothing to put right.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, connections
from psycopg import sql

from accounts.actors import for_member
from benchmarks import access_keys, access_sql
from benchmarks.access_rows import Rows, every_table
from cases import hooks
from cases.access.differences import differences as differences_of_access
from cases.hooks import DenialSpec
from cases.models import Case, Denial
from core import terms
from core.actor import Actor, Door
from core.search.keep import differences

ROOT = Path(__file__).resolve().parents[1]
EXTRA_NAMES = 3_000
VACUUMS = 5
UNMARKED = """SELECT coalesce(sum(relpages - relallvisible), 0) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relpages > relallvisible"""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a world is; `places` people work in each laboratory (a multiple of ten)."""

    labs: int
    places: int
    cases: int
    requests: int

    def tenth(self) -> Size:
        """The same laboratories and people with a tenth of the work."""
        return Size(self.labs, self.places, self.cases // 10, self.requests // 10)

    def heavy(self) -> list[int]:
        """The people with many grants, apart from the one with most."""
        return [lab % self.labs + self.labs * access_sql.EXPERT for lab in access_sql.HEAVY]

    def power(self) -> int:
        """The person with the most grants."""
        return access_sql.POWER + self.labs * access_sql.EXPERT


SIZES = {
    "small": Size(20, 20, 20_000, 5_000),
    "medium": Size(50, 100, 200_000, 50_000),
    "full": Size(50, 100, 2_000_000, 500_000),
}


def owner_url(name: str) -> str:
    """The owner's address with this database in it."""
    if "DATABASE_OWNER_URL" not in os.environ:
        raise RuntimeError("There is no database: run this as `make bench-access`, which brings the services up.")
    head, _, query = os.environ["DATABASE_OWNER_URL"].partition("?")
    return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def use(name: str) -> None:
    """Point Django at this database from now on."""
    connections.close_all()
    connections["default"].settings_dict["NAME"] = name


def ensure(name: str, size: Size, tell: Callable[[str], None]) -> str:
    """The name of the database with a world of this size; made where there is none, or one of other files."""
    database, digest = f"bench_access_{name}", _digest(size)
    with psycopg.connect(owner_url("postgres"), autocommit=True) as owner:
        found = owner.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database]
        ).fetchone()
        if found != (digest,):
            owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database)))
            owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
            env = {**os.environ, "DATABASE_OWNER_URL": owner_url(database)}
            subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=env, cwd=ROOT, check=True)
            with psycopg.connect(owner_url(database), autocommit=True) as inside:
                fill(inside, size, tell)
            owner.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(digest)))
    return database


def _digest(size: Size) -> str:
    """Of everything that decides what the world holds."""
    digest = hashlib.sha256(repr(size).encode())
    for file in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py"), *_own()]):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _own() -> list[Path]:
    return [Path(__file__).with_name(f"access_{name}.py") for name in ("keys", "rows", "sql", "world")]


def fill(owner: psycopg.Connection[Any], size: Size, tell: Callable[[str], None]) -> None:
    """Put the world into an empty, migrated database."""
    row = owner.execute("SELECT date_trunc('second', core_now())").fetchone()
    assert row is not None
    now: datetime = row[0]
    power, heavy, organs = size.power(), size.heavy(), terms.codes("organ_systems")
    numbers = {
        "now": now.isoformat(),
        "cases": size.cases,
        "requests": size.requests,
        "labs": size.labs,
        "places": size.places,
        "power": power,
        "heavy": f"ARRAY{heavy}",
        "heavies": len(heavy),
        "home_heavy": access_sql.HOME_HEAVY,
        "step": timedelta(days=365 * access_sql.YEARS).total_seconds() / size.cases,
        "organs": ", ".join(f"'{organ}'" for organ in organs),
        "organ_count": len(organs),
        "names": EXTRA_NAMES,
    }
    owner.execute("SET synchronous_commit = off; SET maintenance_work_mem = '256MB'; SET work_mem = '128MB'")
    for part in ("FUNCTIONS", "PLACE", "PSEUDONYM", "PLAN", "SHARES"):
        owner.execute(getattr(access_sql, part).format_map(numbers).encode())
    for part in (access_keys.FUNCTIONS, access_keys.READERS):
        owner.execute(part.encode())
    tables = list(every_table(size.labs, size.labs * size.places, size.cases))
    with _bare(owner, [rows.model._meta.db_table for rows in tables], tell):
        for rows in tables:
            _put_in(owner, rows, tell)
    with _bare(owner, ["search_searchkey"], tell, "p"):
        for keys in access_keys.KEYS:
            _put_keys_in(owner, keys.format_map(numbers), tell)
    owner.execute("GRANT USAGE ON SCHEMA bench TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA bench TO PUBLIC")
    _vacuum(owner, tell)


def _vacuum(owner: psycopg.Connection[Any], tell: Callable[[str], None]) -> None:
    """Until every page is marked as visible to all. One that is being written to disk meanwhile is passed over, and an
    index-only scan would read it: what is counted would differ from run to run."""
    owner.execute("ANALYZE")
    for _ in range(VACUUMS):
        tell("vacuum")
        owner.execute("VACUUM")
        left = owner.execute(UNMARKED).fetchone()
        if left == (0,):
            return
        tell(f"{left} pages are not marked")


def _put_in(owner: psycopg.Connection[Any], rows: Rows, tell: Callable[[str], None]) -> None:
    start = time.monotonic()
    done = owner.execute(rows.insert())
    tell(f"{done.rowcount:>9,} {rows.model._meta.db_table} ({time.monotonic() - start:.0f} s)")


def _put_keys_in(owner: psycopg.Connection[Any], keys: str, tell: Callable[[str], None]) -> None:
    start = time.monotonic()
    done = owner.execute(f"INSERT INTO search_searchkey (noun, scope, key, rank, target, about) {keys}".encode())
    tell(f"{done.rowcount:>9,} keys of the search ({time.monotonic() - start:.0f} s)")


@contextmanager
def _bare(owner: psycopg.Connection[Any], tables: list[str], tell: Callable[[str], None], *more: str) -> Iterator[None]:
    """Within it these tables have no triggers, foreign keys and second indexes (with "p" no first one either); what
    made them is done again at the end, so that every row is checked all the same, a table at a time."""
    wanted = [["f", "u", *more], tables]
    constraints = owner.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = ANY(%s) AND conrelid::regclass::text = ANY(%s) ORDER BY contype = 'f'",
        wanted,
    ).fetchall()
    # Foreign keys stand on unique constraints and go first.
    for table, name, _ in reversed(constraints):
        owner.execute(_text("ALTER TABLE {} DROP CONSTRAINT {}", table, name))
    indexes = owner.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid::regclass::text = ANY(%s) AND NOT indisprimary",
        [tables],
    ).fetchall()
    for name, _ in indexes:
        owner.execute(_text("DROP INDEX {}", name))
    for table in tables:
        owner.execute(_text("ALTER TABLE {} DISABLE TRIGGER USER", table))
    yield
    start = time.monotonic()
    for _, definition in indexes:
        owner.execute(definition.encode())
    for table, name, definition in constraints:
        owner.execute(_text("ALTER TABLE {} ADD CONSTRAINT {} ", table, name).as_bytes(owner) + definition.encode())
    for table in tables:
        owner.execute(_text("ALTER TABLE {} ENABLE TRIGGER USER", table))
    tell(f"{len(indexes)} indexes and {len(constraints)} constraints ({time.monotonic() - start:.0f} s)")


def _text(template: str, *names: str) -> sql.Composed:
    return sql.SQL(template).format(*(sql.Identifier(name.strip('"')) for name in names))


def someone(number: int) -> Actor:
    """The actor of person `number`."""
    return for_member(_key("member", number), Door.WEB)


def slide(case: int, place: int) -> UUID:
    """The key of slide `place` (0 to 2) of case number `case`."""
    return _key("slide", case, place)


def _key(kind: str, *numbers: int) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT bench.{kind}({', '.join(map(str, numbers))})")
        found: UUID = cursor.fetchone()[0]
        return found


TRIGGERS = {
    "copies on grants that are not the case's": """SELECT count(*) FROM cases_casegrant g
        JOIN cases_case c ON c.id = g.content_object_id WHERE (g.received_at, g.status, g.priority, g.organ_system)
        IS DISTINCT FROM (c.received_at, c.status, c.priority, c.organ_system)""",
    "requests that do not follow their case": """SELECT count(*) FROM requests_consultrequest r
        JOIN cases_case c ON c.id = r.case_id JOIN cases_patient p ON p.id = c.patient_id
        WHERE r.organ_system <> c.organ_system
        OR r.as_sent <> '{}' AND r.is_touched IS DISTINCT FROM requests_touched(r, c, p)""",
    "slides in another case than their part": """SELECT count(*) FROM cases_slide s
        JOIN cases_specimen p ON p.id = s.specimen_id JOIN cases_block b ON b.id = s.block_id
        WHERE s.case_id <> p.case_id OR b.specimen_id <> p.id""",
}


def disagreements(size: Size, sample: int = 200) -> dict[str, int]:
    """How many rows are not what triggers and workflows would have made them; all 0 where the world is right.

    The workflows are asked about `sample` random cases with shares. No workflow states the denials of the world, so
    that the world states them.
    """
    with connection.cursor() as cursor:
        found = {}
        for what, query in TRIGGERS.items():
            cursor.execute(query)
            found[what] = cursor.fetchone()[0]
        chosen = random.Random(size.cases).sample(range(size.requests), min(sample, size.requests))
        cursor.execute("SELECT DISTINCT case_id FROM bench.plan WHERE r = ANY(%s)", [chosen])
        cases = [row[0] for row in cursor.fetchall()]
    patients = Case.objects.filter(pk__in=cases).values_list("patient", flat=True)
    found["keys of the search"] = differences("case", cases) + differences("patient", list(patients))
    source = hooks.denials(_denials)
    try:
        found["rows that reconciling changes"] = differences_of_access(cases)
    finally:
        hooks._denials.remove(source)
    return found


def _denials(cases: Any) -> list[DenialSpec]:
    rows = Denial.objects.filter(case__in=cases, ended_at__isnull=True)
    return [
        DenialSpec(row.case_id, row.user_id, row.kind, row.source_kind, row.source_id, row.valid_from) for row in rows
    ]
