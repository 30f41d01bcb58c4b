"""A version, a signature and a document never change and never go."""

from django.db import migrations

TABLES = ("reports_reportversion", "reports_signature", "reports_reportdocument")
GUARD = "\n".join(
    f"""
CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"""
    for table in TABLES
)
GONE = "\n".join(
    f"DROP TRIGGER {table}_immutable ON {table}; DROP TRIGGER {table}_no_truncate ON {table};" for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(GUARD, GONE)]
