"""The shares of what was opened in an emergency and still runs say for which organisation the person reads."""

from django.db import migrations

FILL = """
UPDATE cases_share s SET organisation_id = e.organisation_id FROM emergency_emergencyaccess e
 WHERE s.source_kind = 'emergency' AND s.source_id = e.id AND s.ended_at IS NULL AND s.organisation_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_organisation_of_share"), ("emergency", "0004_letter")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
