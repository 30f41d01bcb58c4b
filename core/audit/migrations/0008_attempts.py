"""An index for those rows that a person reads of what others tried as them: there are few, and they are nobody's own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0007_leaves_under_seals"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(("object_kind", "person"), ("outcome", "denied"), ("person", None)),
                fields=["object_id", "at"],
                name="audit_of_attempts",
            ),
        ),
    ]
