"""The timeline is only ever added to."""

from django.db import migrations

GUARD = """
CREATE TRIGGER timeline_append_only BEFORE UPDATE OR DELETE ON workflow_timelineentry
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER timeline_no_truncate BEFORE TRUNCATE ON workflow_timelineentry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
GONE = """
DROP TRIGGER timeline_append_only ON workflow_timelineentry;
DROP TRIGGER timeline_no_truncate ON workflow_timelineentry;
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(GUARD, GONE)]
