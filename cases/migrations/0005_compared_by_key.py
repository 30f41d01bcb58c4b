"""One patient has a number once whatever its spelling, numbers are found by their keys, cases by their number's key."""

from django.db import migrations, models
from django.db.models.functions import Replace, Upper


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_translated_names"), ("cases", "0004_number_keys")]
    operations = [
        migrations.RemoveConstraint("patientidentifier", "cases_identifier_once"),
        migrations.RemoveIndex("patientidentifier", "cases_by_identifier"),
        migrations.AddIndex(
            "case",
            models.Index(
                Upper(Replace("accession_number", models.Value(" "), models.Value(""))), name="cases_by_accession_key"
            ),
        ),
        migrations.AddIndex("patientidentifier", models.Index(fields=["value_key"], name="cases_by_identifier")),
        migrations.AddConstraint(
            "patientidentifier",
            models.UniqueConstraint(fields=("patient", "system_key", "value_key"), name="cases_identifier_once"),
        ),
        migrations.AddConstraint(
            "patientidentifier",
            models.CheckConstraint(
                condition=~models.Q(system_key="") & ~models.Q(value_key=""), name="cases_identifier_says_a_number"
            ),
        ),
    ]
