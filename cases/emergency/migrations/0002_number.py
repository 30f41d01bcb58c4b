"""The sequence behind an emergency access's own number."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("emergency", "0001_initial")]
    operations = [migrations.RunSQL("CREATE SEQUENCE emergency_number", "DROP SEQUENCE emergency_number")]
