"""The clock in SQL. A real database answers with its own time; make_simulated replaces both functions."""

from django.db import migrations

REAL = """
CREATE FUNCTION core_is_simulated() RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE FUNCTION core_now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT statement_timestamp()';
"""
GONE = "DROP FUNCTION core_now(); DROP FUNCTION core_is_simulated();"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm", migrations.RunSQL.noop),
        migrations.RunSQL(REAL, GONE),
    ]
