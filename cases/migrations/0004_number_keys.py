"""Patients' numbers get the keys they are compared by; a number that one patient has in two spellings is kept once."""

from django.db import migrations

from cases.numbers import KeyField, number_key

BATCH = 2000


def fill(apps, editor):
    """Write the keys; of two spellings the verified one stays, else the older one."""
    numbers = apps.get_model("cases", "PatientIdentifier").objects.using(editor.connection.alias)
    said = set()
    for each in numbers.order_by("-verified", "id").iterator(BATCH):
        # A number without any letter or digit cannot be compared: it stays what it was, as its own key.
        system, value = number_key(each.system) or each.system, number_key(each.value) or each.value
        row = numbers.filter(pk=each.pk)
        if (each.patient_id, system, value) in said:
            row.delete()
        else:
            row.update(system_key=system, value_key=value)
            said.add((each.patient_id, system, value))


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_translated_names")]
    operations = [
        migrations.AddField(
            "patientidentifier", "system_key", KeyField(of="system", default=""), preserve_default=False
        ),
        migrations.AddField("patientidentifier", "value_key", KeyField(of="value", default=""), preserve_default=False),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
