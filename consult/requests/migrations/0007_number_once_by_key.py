"""One laboratory gives one number to one request, however it is spelled. Numbers given twice before are named."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Collate, Upper

DASHES, UNSEEN = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212", " \t\r\n\u00ad\u200b"
ASKED = ~models.Q(answering_accession_number="")


def key() -> Collate:
    """The key as it was when this migration was written."""
    as_typed = Upper(models.Func("answering_accession_number", template="NORMALIZE(%(expressions)s, NFKC)"))
    folded = models.Func(as_typed, models.Value(DASHES + UNSEEN), models.Value("-" * len(DASHES)), function="TRANSLATE")
    return Collate(folded, "C")


def refuse_doubles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Raise RuntimeError that names the requests: a signed report names the number, so nothing may change it here."""
    requests = apps.get_model("requests", "ConsultRequest").objects.using(schema_editor.connection.alias)
    given = requests.filter(ASKED, answering_organisation__isnull=False).annotate(number_key=key())
    found: dict[tuple[object, str], list[str]] = {}
    for laboratory, number_key, number in given.values_list("answering_organisation", "number_key", "number"):
        found.setdefault((laboratory, number_key), []).append(number)
    doubles = [", ".join(sorted(numbers)) for numbers in found.values() if numbers[1:]]
    if doubles:
        raise RuntimeError(
            f"These requests have one accession number of one laboratory between them: {'; '.join(sorted(doubles))}. "
            "Give each its own in the release before this one, then migrate again."
        )


class Migration(migrations.Migration):
    dependencies = [("requests", "0006_number_once")]

    operations = [
        migrations.RunPython(refuse_doubles, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint("consultrequest", "requests_answering_number_once"),
        migrations.AddConstraint(
            "consultrequest",
            models.UniqueConstraint(
                models.F("answering_organisation"), key(), condition=ASKED, name="requests_answering_number_once"
            ),
        ),
    ]
