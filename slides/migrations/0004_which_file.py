"""An image knows its file by the hash of its bytes from the moment it is linked: the same file on two slides is seen."""

from django.db import migrations, models

KNOWN = "UPDATE slides_slideimage SET file_sha256 = sha256"


class Migration(migrations.Migration):
    dependencies = [("slides", "0003_taken_off_and_which_image")]

    operations = [
        migrations.AddField(
            "slideimage",
            "file_sha256",
            models.CharField("SHA-256 of the file", max_length=64, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop, elidable=True),
        migrations.AddIndex(
            "slideimage",
            models.Index(
                fields=["file_sha256"], name="slides_by_file", condition=models.Q(("file_sha256", ""), _negated=True)
            ),
        ),
    ]
