"""Seals of the record: their rows, too, are only ever added."""

import django.db.models.functions.comparison
from django.db import migrations, models

TABLES = ("audit_auditseal", "audit_auditleaf", "audit_auditanchor")
GUARD = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in TABLES
)
GONE = "".join(
    f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};" for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_translated_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditAnchor",
            fields=[
                (
                    "seal",
                    models.PositiveBigIntegerField(
                        editable=False, primary_key=True, serialize=False, verbose_name="seal"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
            ],
            options={
                "verbose_name": "copy of a seal kept elsewhere",
                "verbose_name_plural": "copies of seals kept elsewhere",
            },
        ),
        migrations.CreateModel(
            name="AuditLeaf",
            fields=[
                (
                    "event",
                    models.UUIDField(
                        editable=False, primary_key=True, serialize=False, verbose_name="key of the entry"
                    ),
                ),
                ("seal", models.PositiveBigIntegerField(verbose_name="seal")),
                ("position", models.PositiveIntegerField(verbose_name="position")),
                ("hash", models.CharField(max_length=64, verbose_name="hash")),
            ],
            options={
                "verbose_name": "sealed entry",
                "verbose_name_plural": "sealed entries",
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "number",
                    models.PositiveBigIntegerField(
                        editable=False, primary_key=True, serialize=False, verbose_name="number"
                    ),
                ),
                ("scheme", models.PositiveSmallIntegerField(verbose_name="columns covered")),
                ("below", models.TextField(verbose_name="transactions looked through, below")),
                ("previous", models.CharField(max_length=64, verbose_name="hash of the seal before")),
                ("root", models.CharField(max_length=64, verbose_name="root of its entries")),
                ("count", models.PositiveIntegerField(verbose_name="entries")),
                ("total", models.PositiveBigIntegerField(verbose_name="entries so far")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("hash", models.CharField(max_length=64, verbose_name="hash")),
                ("checkpoint", models.TextField(verbose_name="signed checkpoint")),
            ],
            options={
                "verbose_name": "seal of the audit",
                "verbose_name_plural": "seals of the audit",
            },
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                django.db.models.functions.comparison.Cast("transaction", models.BigIntegerField()),
                name="audit_by_transaction",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditleaf",
            constraint=models.UniqueConstraint(fields=("seal", "position"), name="audit_one_leaf_a_position"),
        ),
        migrations.RunSQL(GUARD, GONE),
    ]
