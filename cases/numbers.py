"""When two spellings are the same number: the one definition for patient numbers, and the one for accession numbers."""

import unicodedata
from typing import Any

from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Collate, Upper
from django.db.models.lookups import Exact, StartsWith


def number_key(text: str) -> str:
    """A patient number, or the name of its system, without spaces, hyphens and case: 999-150 6012 is 9991506012."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum())


OWN_SYSTEM = "LOCAL"  # the laboratory itself counts
# Offered while somebody types; anything else may be written, and no country's is the default.
NUMBER_SYSTEMS = (OWN_SYSTEM, "BE:NISS", "FR:INS", "GB:NHS", "NL:BSN", "SE:personnummer")


def system_words(system: str) -> str:
    """The system of a patient number as people say it: NHS for GB:NHS; nothing for a laboratory's own number."""
    short = system.rsplit(":", 1)[-1].strip()
    return "" if number_key(short) == OWN_SYSTEM else short


_IN_FULL = {number_key(system.rsplit(":", 1)[-1]): system for system in NUMBER_SYSTEMS}


def system_of(text: str) -> str:
    """A system as it is written down: in full where somebody gave what pages show of it, GB:NHS for NHS."""
    return _IN_FULL.get(number_key(text), text.strip())


def pair_key(system: str, value: str) -> tuple[str, str]:
    """What makes a patient's number: who counts, and the number."""
    return number_key(system_of(system)), number_key(value)


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


# Dashes that look like a hyphen, and what cannot be seen: neither makes another number.
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
UNSEEN = " \t\r\n\u00ad\u200b"
_AS_SEEN = str.maketrans(DASHES, "-" * len(DASHES), UNSEEN)


def accession_key(number: str) -> str:
    """What makes two spellings one accession number: h26 – 000123 is H26-000123.

    Hyphens count, unlike in a patient's number: they part the year and what else a laboratory counts by, and 26-1-12
    is not 26-11-2.
    """
    return unicodedata.normalize("NFKC", number).upper().translate(_AS_SEEN)


def accession_key_of(number: Any) -> Collate:
    """The same in SQL, of a column or an expression; for constraints, indexes and what is asked of them.

    By the order of its bytes, so that an index of it finds the beginning of a number too.
    """
    as_typed = Upper(Func(number, template="NORMALIZE(%(expressions)s, NFKC)"))
    folded = Func(as_typed, Value(DASHES + UNSEEN), Value("-" * len(DASHES)), function="TRANSLATE")
    return Collate(folded, "C")


def is_number(field: str, number: str) -> Exact:
    """The condition that the accession number in `field` is this one, however it is spelled."""
    return Exact(accession_key_of(field), accession_key(number))


def begins_number(field: str, start: str) -> StartsWith:
    """The condition that the accession number in `field` begins like this, however it is spelled."""
    return StartsWith(accession_key_of(field), accession_key(start))
