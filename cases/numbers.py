"""When two spellings are the same number: the one definition for patient numbers, and the one for accession numbers."""

import unicodedata
from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Replace, Upper


def number_key(text: str) -> str:
    """A patient number, or the name of its system, without spaces, hyphens and case: 999-150 6012 is 9991506012."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum())


def pair_key(system: str, value: str) -> tuple[str, str]:
    """What makes a patient's number: who counts, and the number."""
    return number_key(system), number_key(value)


class KeyField(models.CharField):  # type: ignore[type-arg]  # the stubs' parameters do not exist at run time
    """The key of another column, written with every insert and save; what is compared and indexed, never shown."""

    def __init__(self, *, of: str, **kwargs: Any) -> None:
        self.of = of
        # A compatibility form may be several signs long, so the key has more room than what was typed.
        super().__init__(**({"max_length": 240, "editable": False} | kwargs))

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The key of what the row says now."""
        key = number_key(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, key)
        return key

    def deconstruct(self) -> Any:
        """With the column it follows."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}


def accession_key(number: str) -> str:
    """An accession number as it is looked up: h26 - 000123 is H26-000123. Hyphens count, they part year from number."""
    return "".join(number.split()).upper()


# The same in SQL, for the index and what is asked of it.
ACCESSION_KEY = Upper(Replace("accession_number", Value(" "), Value("")))
