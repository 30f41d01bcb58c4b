"""Images can be taken off their slide and stay on record; an opening says which image was opened."""

import django.db.models.deletion
from django.db import migrations, models

SAME_IMAGE = """
UPDATE slides_slideopening AS opening SET sha256 = image.sha256
FROM slides_slideimage AS image WHERE image.slide_id = opening.slide_id
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_translated_names"), ("slides", "0002_translated_names")]

    operations = [
        migrations.AddField(
            model_name="slideimage",
            name="taken_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="former_images",
                to="cases.slide",
                verbose_name="taken off slide",
            ),
        ),
        migrations.AlterField(
            model_name="slideimage",
            name="slide",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="image",
                to="cases.slide",
                verbose_name="slide",
            ),
        ),
        migrations.AlterField(
            model_name="slideimage",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting to be prepared"),
                    ("preparing", "Being prepared"),
                    ("ready", "Ready"),
                    ("unreadable", "Cannot be shown"),
                    ("taken_off", "Taken off its slide"),
                ],
                default="waiting",
                max_length=12,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="slideimage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("slide__isnull", True), ("status", "taken_off"), ("taken_from__isnull", False)),
                    models.Q(
                        models.Q(("status", "taken_off"), _negated=True),
                        ("slide__isnull", False),
                        ("taken_from__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="slides_image_has_its_slide",
            ),
        ),
        migrations.RemoveConstraint(model_name="slideopening", name="slides_opened_once"),
        migrations.AddField(
            model_name="slideopening",
            name="sha256",
            field=models.CharField(blank=True, max_length=64, verbose_name="SHA-256 of the image"),
        ),
        migrations.RunSQL(SAME_IMAGE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="slideopening",
            constraint=models.UniqueConstraint(fields=("slide", "person", "sha256"), name="slides_image_opened_once"),
        ),
    ]
