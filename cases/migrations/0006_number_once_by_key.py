"""One laboratory gives one accession number to one case, however it is spelled.

Numbers given twice before are named, for people to put right.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Collate, Upper

DASHES, UNSEEN = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212", " \t\r\n\u00ad\u200b"


def key() -> Collate:
    """The key as it was when this migration was written."""
    as_typed = Upper(models.Func("accession_number", template="NORMALIZE(%(expressions)s, NFKC)"))
    folded = models.Func(as_typed, models.Value(DASHES + UNSEEN), models.Value("-" * len(DASHES)), function="TRANSLATE")
    return Collate(folded, "C")


def refuse_doubles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Raise RuntimeError that names the cases by their keys: which of two is wrong, only the laboratory knows."""
    cases = apps.get_model("cases", "Case").objects.using(schema_editor.connection.alias)
    numbers = cases.annotate(number_key=key()).values("organisation", "number_key").order_by()
    doubles = numbers.annotate(count=models.Count("pk")).filter(count__gt=1)
    named = [
        ", ".join(str(pk) for pk in same.order_by("pk").values_list("pk", flat=True))
        for same in (
            cases.annotate(number_key=key()).filter(organisation=each["organisation"], number_key=each["number_key"])
            for each in doubles
        )
    ]
    if named:
        raise RuntimeError(
            f"These cases have one accession number of one laboratory between them: {'; '.join(sorted(named))}. "
            "Correct the number of all but one in the release before this one (/cases/<key>/), then migrate again."
        )


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_compared_by_key")]

    operations = [
        migrations.RunPython(refuse_doubles, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint("case", "cases_one_accession_number"),
        migrations.RemoveIndex("case", "cases_by_accession_key"),
        migrations.AddIndex("case", models.Index(key(), name="cases_by_accession_key")),
        migrations.AddConstraint(
            "case",
            models.UniqueConstraint(models.F("organisation"), key(), name="cases_one_accession_number"),
        ),
    ]
