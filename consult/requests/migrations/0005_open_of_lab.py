"""An index of what runs for a laboratory that asked: its first page looks there for requests that were changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_translated_names"),
        ("cases", "0003_translated_names"),
        ("reports", "0003_translated_names"),
        ("requests", "0004_translated_names"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="consultrequest",
            index=models.Index(
                condition=models.Q(("status__in", ("sent", "asked", "accepted", "waiting"))),
                fields=["asking_organisation", "due_at", "id"],
                name="requests_of_lab_open",
            ),
        ),
    ]
