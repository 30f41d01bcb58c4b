"""When the record is not sealed any more, or a coming month has no table, whoever runs the installation hears of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from core import clock
from core.audit.models import AuditEvent, AuditLeaf
from core.audit.partitions import make_ahead, months
from core.audit.seal.anchor import anchor
from core.audit.watch import state
from core.jobs import run
from notifications.models import Notification
from notifications.tasks import watch_record
from tests import databases
from tests.cast import World, outsider
from tests.workflow.test_seals import look, seal_rows

pytestmark = pytest.mark.commits


def test_a_sealer_that_stands_still_is_told_once_an_hour(world: World, at: Callable[[datetime], None]) -> None:
    seal_rows(AuditEvent.objects.count())
    assert state().is_sealing
    watch_record()
    assert not Notification.objects.filter(kind__startswith="audit.").exists()
    now = clock.now()
    look(world.asker)
    at(now + timedelta(minutes=4))
    assert state().is_sealing, "a minute or four are no alarm"
    at(now.replace(minute=30) + timedelta(hours=1))
    assert not state().is_sealing
    assert Client().get("/health/ready").json()["sealing"] is False
    watch_record()
    watch_record()
    told = Notification.objects.get(kind="audit.stands_still")
    assert told.recipient.is_platform_admin
    seals = outsider("platform@installation.example").get(reverse("admin:audit_auditseal_changelist"))
    assert "has waited for its seal" in seals.content.decode()
    run.drain()
    sent = AuditEvent.objects.get(action="mail.sent", object_id=str(told.recipient_id))
    assert set(sent.facts) == {"job"}
    seal_rows(AuditEvent.objects.count() - AuditLeaf.objects.count())
    assert state().is_sealing


def test_copies_that_stop_are_told(
    world: World, at: Callable[[datetime], None], settings: Settings, tmp_path: Path
) -> None:
    seal_rows(AuditEvent.objects.count())
    now = clock.now()
    at(now + timedelta(hours=2))
    assert state().is_copied, "nowhere wanted"
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "away" / "copies")
    assert not state().is_copied
    assert Client().get("/health/ready").json()["copying"] is False
    watch_record()
    assert Notification.objects.get(kind="audit.not_copied").recipient.is_platform_admin
    seals = outsider("platform@installation.example").get(reverse("admin:audit_auditseal_changelist"))
    assert "have not been copied" in seals.content.decode()
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "copies")
    assert anchor()
    assert state().is_copied
    look(world.asker)
    seal_rows(AuditEvent.objects.count() - AuditLeaf.objects.count())
    assert state().is_copied, "an hour is waited for the next"
    at(now + timedelta(hours=4))
    assert not state().is_copied


def test_the_application_has_the_months_ahead_made_and_can_make_nothing_itself(
    world: World, at: Callable[[datetime], None]
) -> None:
    assert months().ahead == 6
    assert make_ahead() == 0
    at(clock.now() + timedelta(days=4 * 31))
    assert months().ahead < 3
    assert not state().months.is_well
    assert make_ahead() == 4
    assert months().is_well
    for statement in (
        "SELECT audit_make_partition('2031-01-01')",
        "SELECT audit_sort_default()",
        "CREATE TABLE audit_auditevent_2031_01 PARTITION OF audit_auditevent DEFAULT",
        "DROP TABLE audit_auditevent_default",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_no_part_of_the_record_can_be_changed_by_itself(world: World) -> None:
    with databases.as_owner() as owner:
        parts = owner.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_auditevent'::regclass"
        ).fetchall()
    assert len(parts) > 6
    for (part,) in parts:
        changes = [f"TRUNCATE {part}"]
        if "default" not in part:  # which is empty: nothing for a row's trigger to refuse
            changes += [f"UPDATE {part} SET action = action", f"DELETE FROM {part}"]
        for what in changes:
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(what)


def test_rows_of_a_month_without_a_table_are_not_lost_and_get_one(world: World, at: Callable[[datetime], None]) -> None:
    seal_rows(AuditEvent.objects.count())
    at(clock.now() + timedelta(days=800))
    row = look(world.asker)
    assert months().is_default_used
    at(clock.now())
    seal_rows(1)
    with databases.django_as_owner():
        call_command("audit_partitions")
    assert not months().is_default_used
    assert AuditEvent.objects.filter(pk=row.pk).count() == 1
