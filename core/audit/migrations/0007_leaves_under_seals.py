"""A leaf and a copy belong to a seal that is there: else a row could be kept from ever being sealed, or a seal from ever
being copied, by whoever may add rows."""

from django.db import migrations

TABLES = {"audit_auditleaf": "audit_leaf_under_a_seal", "audit_auditanchor": "audit_copy_of_a_seal"}


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0006_purposes"),
    ]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (seal) REFERENCES audit_auditseal (number)",
            f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        )
        for table, name in TABLES.items()
    ]
