"""What the database itself refuses, whoever asks: the application's role cannot undo what guards."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from cases.models import GrantEvent
from consult.reports.models import ReportDocument, ReportVersion, Signature
from core.audit.models import AuditEvent
from core.workflow.models import TimelineEntry
from tests.cast import World

GUARDED = (AuditEvent, TimelineEntry, GrantEvent, ReportVersion, Signature, ReportDocument)


@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model.__name__)
def test_rows_cannot_be_changed_or_deleted(world: World, model: type[Model]) -> None:
    assert model._default_manager.exists()
    for statement in (
        f"UPDATE {model._meta.db_table} SET id = id",
        f"DELETE FROM {model._meta.db_table}",
        f"TRUNCATE {model._meta.db_table}",
        f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER ALL",
        f"DROP TABLE {model._meta.db_table}",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_tests_run_as_the_application_and_not_as_the_owner(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcreatedb, pg_has_role(current_user, tableowner, 'MEMBER')"
            " FROM pg_roles, pg_tables WHERE rolname = current_user AND tablename = 'audit_auditevent'"
        )
        assert cursor.fetchone() == (False, False, False)


def test_a_slide_cannot_lie_in_another_case_than_its_specimen(world: World) -> None:
    slide, elsewhere = world.slides("sent")[0], world.case("draft")
    slide.case = elsewhere
    with pytest.raises(DatabaseError), transaction.atomic():
        slide.save(update_fields=["case"])
