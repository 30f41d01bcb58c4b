"""Rows go when their time is over, on record; whatever else is taken away is found, however it is dressed up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from pytest_django.fixtures import Settings

from accounts.models import Organisation
from core import clock
from core.audit.models import AuditEvent, AuditLeaf, AuditRetired, AuditRetirement
from core.audit.seal import tree
from core.audit.seal.anchor import anchor, notes
from core.audit.seal.checkpoint import sign
from core.audit.seal.retire import claim
from core.audit.seal.sealer import seal
from tests import databases
from tests.cast import World
from tests.workflow.test_seals import codes, look, newest, seal_rows, tamper

pytestmark = [pytest.mark.commits, pytest.mark.ci]
YEARS = timedelta(days=5 * 365 + 3)


def retire(later: datetime) -> None:
    """The command, as its operator runs it, at this time."""
    with databases.django_as_owner():
        clock.set_to(later)
        call_command("retire_audit")
        clock.set_to(None)


@pytest.fixture
def later(world: World, at: Callable[[datetime], None]) -> datetime:
    """When the world's rows, all sealed, are a little older than five years, and those of today are not."""
    seal_rows(AuditEvent.objects.count())
    return clock.now() + YEARS


def test_rows_past_their_time_go_and_the_rest_is_proved(world: World, later: datetime) -> None:
    rows = AuditEvent.objects.count()
    clock.set_to(later)
    kept = look(world.asker)
    seal_rows(1)
    clock.set_to(None)
    retire(later)
    left = set(AuditEvent.objects.exclude(action="audit.retired").values_list("pk", flat=True))
    assert left == {kept.pk}
    assert AuditRetired.objects.count() == rows
    assert AuditLeaf.objects.count() == rows + 1, "the leaves stay"
    on_record = AuditEvent.objects.filter(action="audit.retired")
    assert sum(row.facts["count"] for row in on_record) == rows
    assert {row.organisation for row in on_record} <= {*Organisation.objects.values_list("pk", flat=True), None}
    clock.set_to(later)
    assert codes() == []
    seal_rows(on_record.count())
    assert codes() == []


def test_nothing_goes_before_its_time(world: World, later: datetime) -> None:
    rows = AuditEvent.objects.count()
    retire(later - timedelta(days=10))
    assert AuditEvent.objects.count() == rows
    assert not AuditRetirement.objects.exists()


def test_an_organisation_that_keeps_longer_keeps_what_it_owns_and_what_its_people_did(
    world: World, later: datetime
) -> None:
    lab = world.asker.lab()
    with transaction.atomic():
        Organisation.objects.filter(pk=lab).update(audit_months=72)
    retire(later)
    rows = AuditEvent.objects.exclude(action="audit.retired")
    assert rows.filter(owner=lab).exists()
    assert {lab} == {lab for row in rows for lab in (row.owner, row.organisation) if lab == world.asker.lab()}
    assert all(lab in {row.owner, row.organisation} for row in rows)
    with pytest.raises(DatabaseError), transaction.atomic():
        Organisation.objects.filter(pk=lab).update(audit_months=59)


def test_the_application_retires_nothing(world: World, later: datetime) -> None:
    row = newest()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditRetired.objects.create(event=row.pk, retirement=row.pk)
    with databases.as_owner() as owner:
        owner.execute(f"INSERT INTO audit_auditretired (event, retirement) VALUES ('{row.pk}', '{row.pk}')")
    clock.set_to(later)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditevent WHERE id = %s", [row.pk])


def test_the_owner_deletes_nothing_that_is_younger(world: World) -> None:
    seal_rows(AuditEvent.objects.count())
    row = newest()
    with databases.as_owner() as owner, pytest.raises(psycopg.Error):
        owner.execute(f"INSERT INTO audit_auditretired (event, retirement) VALUES ('{row.pk}', '{row.pk}')")
        owner.execute("DELETE FROM audit_auditevent WHERE id = %s", [row.pk])


def dressed_up(entered: datetime | None = None, **changed: object) -> None:
    """A deletion of the newest row with a retirement made for it by who owns the database; `changed` is of it, and
    `entered` when its entry says that it was made."""
    leaf = AuditLeaf.objects.get(event=newest().pk)
    made = AuditRetirement(
        at=clock.now(),
        organisation=None,
        before=clock.now() + timedelta(seconds=1),
        count=1,
        first_seal=leaf.seal,
        last_seal=leaf.seal,
        root=tree.root([leaf.hash]),
    )
    for name, value in changed.items():
        setattr(made, name, value)
    made.signature = sign(tree.canonical(claim(made)))
    with databases.django_as_owner():
        made.save(force_insert=True)
        AuditRetired.objects.create(event=leaf.event, retirement=made.pk)
    AuditEvent.objects.create(
        at=entered or clock.now(),
        action="audit.retired",
        outcome="success",
        person_name="retire_audit",
        object_kind="retirement",
        object_id=str(made.pk),
        facts=claim(made),
        purpose="HSYSADMIN",
        door="command",
    )
    tamper(f"DELETE FROM audit_auditevent WHERE id = '{leaf.event}'")
    seal_rows(1)


def test_a_deletion_of_a_young_row_dressed_up_as_retirement_is_found(world: World, later: datetime) -> None:
    dressed_up()
    assert codes() == ["retirement_unsound", "row_missing"]


def test_one_whose_entry_says_a_time_to_come_is_found(world: World, later: datetime) -> None:
    dressed_up(entered=clock.now() + timedelta(days=6 * 366))
    assert codes() == ["retirement_unsound", "row_missing", "post_dated"]


def test_one_that_says_an_old_day_is_found_by_the_row_s_seal(world: World, later: datetime) -> None:
    dressed_up(before=clock.now() - timedelta(days=6 * 365))
    assert codes() == ["retirement_unsound", "row_missing"]


def test_more_rows_taken_than_a_retirement_says_are_found(world: World, later: datetime) -> None:
    clock.set_to(later)
    kept = look(world.asker)
    clock.set_to(None)
    seal_rows(1)
    retire(later)
    key = AuditRetirement.objects.first()
    assert key
    clock.set_to(later)
    seal_rows(AuditRetirement.objects.count())
    tamper(
        f"DELETE FROM audit_auditevent WHERE id = '{kept.pk}'",
        f"INSERT INTO audit_auditretired (event, retirement) VALUES ('{kept.pk}', '{key.pk}')",
    )
    assert "retirement_unsound" in codes()
    assert "row_missing" in codes()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_auditretirement SET before = before + interval '1 day'",
        "UPDATE audit_auditretirement SET signature = ''",
        "DELETE FROM audit_auditretirement",
        "DELETE FROM audit_auditevent WHERE action = 'audit.retired'",
    ],
)
def test_a_retirement_that_was_changed_or_taken_away_proves_nothing(world: World, later: datetime, change: str) -> None:
    retire(later)
    clock.set_to(later)
    tamper(change)
    found = codes()
    assert "retirement_unsound" in found
    assert "row_missing" in found


def test_a_row_put_in_under_the_key_of_another_is_found(world: World, later: datetime) -> None:
    columns = ", ".join(f'"{field.column}"' for field in AuditEvent._meta.concrete_fields)
    forged = columns.replace('"at"', """"at" - interval '2 days' """)
    tamper(f"INSERT INTO audit_auditevent ({columns}) SELECT {forged} FROM audit_auditevent WHERE id = '{newest().pk}'")
    assert "doubled" in codes()


def test_a_record_dumped_and_restored_fits(world: World, later: datetime, settings: Settings, tmp_path: Path) -> None:
    """As pg_restore does it: every row copied out and in again, in another order and with other partitions."""
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "copies")
    anchor()
    tamper()  # what one table says of another is restored after the rows
    tables = ("audit_auditevent", "audit_auditleaf", "audit_auditseal", "audit_auditretirement", "audit_auditretired")
    with databases.as_owner() as owner:
        dumps = {}
        for table in tables:
            with owner.cursor().copy(f"COPY (SELECT * FROM {table} ORDER BY 1 DESC) TO STDOUT") as out:
                dumps[table] = b"".join(bytes(block) for block in out)
        for table in tables:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            owner.execute(f"DELETE FROM {table}")
        assert not AuditEvent.objects.exists()
        for table in tables:
            with owner.cursor().copy(f"COPY {table} FROM STDIN") as into:
                into.write(dumps[table])
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert codes(*notes(tmp_path / "copies")) == []
    look(world.asker)
    seal_rows(1)
    assert codes(*notes(tmp_path / "copies")) == []
    assert seal() == 0
