"""Addresses in small letters: whoever was invited with capitals before the @ could not sign in."""

from django.db import migrations, models
from django.db.models.functions import Lower

KEPT = (("User", "email"), ("Invitation", "email"), ("AddressChange", "new_email"))


def lower(apps, schema_editor):
    """Those that are not; nothing else of a row changes."""
    for model, field in KEPT:
        rows = apps.get_model("accounts", model).objects
        for key, address in rows.values_list("pk", field).iterator():
            if address != address.lower():
                rows.filter(pk=key).update(**{field: address.lower()})


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_periods_of_membership"),
    ]

    operations = [
        migrations.RunPython(lower, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", Lower("email"))), name="accounts_address_in_small_letters"
            ),
        ),
    ]
