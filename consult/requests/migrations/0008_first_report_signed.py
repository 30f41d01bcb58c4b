"""Which version of the first report was current when an opinion was signed. What was signed before is filled in.

Versions and signatures carry their times and never change, so that it can still be said. The newest version that had
been brought in by then is the one; a request that kept the report back has none.
"""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
UPDATE requests_consultrequest r SET first_report_signed_id = (
    SELECT v.id FROM reports_reportversion v JOIN reports_report p ON p.id = v.report_id
    WHERE p.case_id = r.case_id AND p.kind = 'received' AND v.created_at <= r.answered_at
    ORDER BY v.number DESC LIMIT 1
) WHERE r.answered_at IS NOT NULL AND r.shares_first_report
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_translated_names"), ("requests", "0007_number_once_by_key")]

    operations = [
        migrations.AddField(
            model_name="consultrequest",
            name="first_report_signed",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reports.reportversion",
                verbose_name="first report at the signature",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
