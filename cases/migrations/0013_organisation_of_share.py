"""A share says for which organisation its people read. Rooms above fill in what is open already."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0016_periods_of_membership"), ("cases", "0012_windows_in_the_history")]

    operations = [
        migrations.AddField(
            model_name="share",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="for the organisation",
            ),
        ),
    ]
