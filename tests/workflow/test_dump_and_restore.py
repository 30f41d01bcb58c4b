"""The record comes through PostgreSQL's own dump and restore whole, with its guards, and what a dump lost is found."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction
from pytest_django.fixtures import Settings

from core.audit.models import AuditEvent
from core.audit.seal.anchor import anchor, notes
from core.audit.seal.sealer import seal
from deploy.launcher.postgres import binaries
from tests import databases
from tests.cast import World
from tests.workflow.test_seals import codes, look, newest, seal_rows

pytestmark = [pytest.mark.commits, pytest.mark.ci]


@pytest.fixture
def restored() -> Iterator[str]:
    """The name of an empty database beside the one in use, which is in use again afterwards."""
    before, name = connections["default"].settings_dict["NAME"], f"test_restored_{os.getpid()}"
    databases.clone(name, "template0")
    yield name
    databases.use(before)
    databases.drop(name)


def dump(into: Path) -> None:
    """All of the database in use."""
    run("pg_dump", "--format=custom", f"--file={into}", f"--dbname={databases.url()}")


def restore(out_of: Path, name: str) -> None:
    """Into the database of that name, which is in use from now on."""
    run("pg_restore", "--exit-on-error", f"--dbname={databases.url(name)}", str(out_of))
    databases.use(name)


def run(program: str, *arguments: str) -> None:
    """One of the programs that come with the server. Raises CalledProcessError."""
    subprocess.run([binaries() / program, *arguments], check=True, capture_output=True, text=True)


def test_a_record_dumped_and_restored_fits_and_goes_on(
    world: World, restored: str, settings: Settings, tmp_path: Path
) -> None:
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "copies")
    seal_rows(AuditEvent.objects.count())
    anchor()
    rows = AuditEvent.objects.count()
    dump(tmp_path / "dump")
    restore(tmp_path / "dump", restored)
    assert AuditEvent.objects.count() == rows
    assert codes(*notes(tmp_path / "copies")) == []
    look(world.asker)
    seal_rows(1)
    assert codes(*notes(tmp_path / "copies")) == []
    assert seal() == 0
    for statement in ("UPDATE audit_auditevent SET action = action", "DELETE FROM audit_auditseal"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_what_an_older_dump_lost_shows_against_the_copies(
    world: World, restored: str, settings: Settings, tmp_path: Path
) -> None:
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "copies")
    seal_rows(AuditEvent.objects.count())
    dump(tmp_path / "dump")
    look(world.asker)
    seal_rows(1)
    anchor()
    restore(tmp_path / "dump", restored)
    assert codes() == [], "by itself it fits"
    assert codes(*notes(tmp_path / "copies")) == ["tail_missing"]


def test_a_dump_that_was_changed_is_found(world: World, restored: str, tmp_path: Path) -> None:
    seal_rows(AuditEvent.objects.count())
    dump(tmp_path / "dump")
    restore(tmp_path / "dump", restored)
    with psycopg.connect(databases.url(), autocommit=True) as owner:
        owner.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
        owner.execute("UPDATE audit_auditevent SET person_name = 'Nobody' WHERE id = %s", [newest().pk])
    assert codes() == ["row_changed"]
