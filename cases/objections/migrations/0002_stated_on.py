"""The day on which the patient objected, and a note."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("objections", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="objection",
            name="stated_on",
            field=models.DateField(null=True, verbose_name="stated on"),
        ),
        migrations.AddField(
            model_name="objection",
            name="note",
            field=models.CharField(blank=True, max_length=500, verbose_name="note"),
        ),
    ]
