"""Slides whose stain has a code that is retired are still called what they are; no column changes."""

import functools
from typing import ClassVar

from django.db import migrations, models

import core.terms.lists


class Migration(migrations.Migration):
    """Choices only."""

    dependencies: ClassVar = [("cases", "0006_number_once_by_key")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="slide",
            name="stain",
            field=models.CharField(
                choices=functools.partial(core.terms.lists.labelled, "stains"),
                max_length=20,
                verbose_name="stain",
            ),
        ),
    ]
