"""One laboratory gives one number to one request. Numbers given twice before are named, for people to put right."""

import django.db.models.functions.text
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def refuse_doubles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Raise RuntimeError that names the requests: a signed report names the number, so nothing may change it here."""
    requests = apps.get_model("requests", "ConsultRequest").objects.exclude(answering_accession_number="")
    found: dict[tuple[object, str], list[str]] = {}
    for laboratory, given, number in requests.values_list(
        "answering_organisation", "answering_accession_number", "number"
    ):
        found.setdefault((laboratory, given.upper()), []).append(number)
    doubles = [", ".join(sorted(numbers)) for (laboratory, _), numbers in found.items() if laboratory and numbers[1:]]
    if doubles:
        raise RuntimeError(
            f"These requests have one accession number of one laboratory between them: {'; '.join(sorted(doubles))}. "
            "Give each its own in the release before this one, then migrate again."
        )


class Migration(migrations.Migration):
    dependencies = [("requests", "0005_open_of_lab")]

    operations = [
        migrations.RunPython(refuse_doubles, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="consultrequest",
            constraint=models.UniqueConstraint(
                models.F("answering_organisation"),
                django.db.models.functions.text.Upper("answering_accession_number"),
                condition=models.Q(("answering_accession_number", ""), _negated=True),
                name="requests_answering_number_once",
            ),
        ),
    ]
