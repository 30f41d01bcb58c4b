"""The columns of the import's file: one documented list. Their headings are part of a file format and never change.

A heading is recognised by its name or in any of the four languages, without regard to case, spaces or underscores.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from core import terms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOISE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its headings by language, what belongs into it, an example, whether it must be there.

    The example of a column with a list of codes (core.terms) is one of them; it is shown by its label.
    """

    name: str
    headings: dict[str, str]
    help: "StrOrPromise"
    example: str = ""
    required: bool = False
    list_name: str = ""

    def example_in(self, language: str) -> str:
        """The example as somebody with this language writes it."""
        if not self.list_name:
            return self.example
        labels = terms.item(self.list_name, self.example).labels
        return labels.get(language[:2], labels["en"])


def _column(
    name: str,
    en: str,
    nl: str,
    fr: str,
    sv: str,
    help: "StrOrPromise",
    example: str = "",
    required: bool = False,
    list_name: str = "",
) -> Column:
    return Column(name, {"en": en, "nl": nl, "fr": fr, "sv": sv}, help, example, required, list_name)


COLUMNS = [
    _column(
        "accession_number", "Accession number", "PA-nummer", "Numéro d'examen", "PAD-nummer",
        _("Your laboratory's number of the case; one row for each case."), "H26-000123", True,
    ),
    _column(
        "received", "Received", "Ontvangen", "Reçu le", "Mottaget",
        _("The day or moment of receipt, in your laboratory's time. Empty means now."), "2026-11-05 14:30",
    ),
    _column(
        "organ_system", "Organ system", "Orgaansysteem", "Organe", "Organsystem",
        _("A label of the list in any of the languages, or its code. A word that means several is asked about."),
        "skin", True, "organ_systems",
    ),
    _column(
        "priority", "Priority", "Prioriteit", "Priorité", "Prioritet",
        _("A code or its label. Empty means routine."), "routine", False, "priorities",
    ),
    _column(
        "clinical_details", "Clinical details", "Klinische gegevens", "Renseignements cliniques", "Kliniska uppgifter",
        _("At most 20,000 characters."), "Nodule, 9 mm, six weeks.",
    ),
    _column(
        "language", "Language", "Taal", "Langue", "Språk",
        _("The language of the clinical details: en, nl, fr or sv. Empty means yours."), "en",
    ),
    _column(
        "patient_number", "Patient number", "Patiëntnummer", "Numéro du patient", "Patientnummer",
        _("A patient whose number is in your register already is not entered again."), "L-0042", True,
    ),
    _column(
        "number_system", "Number system", "Nummersysteem", "Système du numéro", "Nummersystem",
        _("Who counts: GB:NHS, NL:BSN and the like. Empty means your own, LOCAL."), "LOCAL",
    ),
    _column(
        "number_issuer", "Number issued by", "Nummer uitgegeven door", "Numéro attribué par", "Nummer utfärdat av",
        _("May be empty."),
    ),
    _column(
        "number_verified", "Number verified", "Nummer geverifieerd", "Numéro vérifié", "Nummer verifierat",
        _("yes or no: whether the number was checked at its source. Empty means no."), "yes",
    ),
    _column(
        "family_name", "Family name", "Achternaam", "Nom de famille", "Efternamn",
        _("Also for a patient who is in your register: it is compared."), "Example", True,
    ),
    _column("given_names", "Given names", "Voornamen", "Prénoms", "Förnamn", _("May be empty."), "Anna"),
    _column(
        "name_used", "Name used", "Roepnaam", "Prénom usuel", "Tilltalsnamn",
        _("If the patient goes by another name than the given one."),
    ),
    _column(
        "family_name_at_birth", "Family name at birth", "Geboortenaam", "Nom de naissance", "Födelsenamn",
        _("May be empty."),
    ),
    _column(
        "birth_date", "Date of birth", "Geboortedatum", "Date de naissance", "Födelsedatum",
        _("1956-11-05, 1956-11 or 1956. Never with two digits of the year."),
        "1956-11-05",
    ),
    _column(
        "sex", "Sex", "Geslacht", "Sexe", "Kön",
        _("A code or its label. Empty means unknown."),
        "F", False, "sexes",
    ),
    _column(
        "specimen_type", "Specimen type", "Soort materiaal", "Type de prélèvement", "Provtyp",
        _("How the material was taken, for every part of the row; needed where there is material."),
        "excision", False, "specimen_types",
    ),
    _column("site", "Site", "Lokalisatie", "Localisation", "Lokalisation", _("May be empty."), "left temple"),
    _column(
        "material", "Material", "Materiaal", "Matériel", "Material",
        _("Blocks and stains as people write them down: A1 HE, CK5 x2; A2 HE."), "A1 HE, CK5 x2",
    ),
]  # fmt: skip
REQUIRED = [column.name for column in COLUMNS if column.required]


@cache
def _names() -> dict[str, str]:
    headings = {key(heading): column.name for column in COLUMNS for heading in column.headings.values()}
    return headings | {key(column.name): column.name for column in COLUMNS}


def name_of(heading: str) -> str | None:
    """The column that a heading means, None for one that is not ours."""
    return _names().get(key(heading))


def key(heading: str) -> str:
    """A heading without case, spaces and punctuation."""
    return NOISE.sub("", heading).casefold()


def label(name: str, language: str) -> str:
    """The heading of a column in this language, English where it is none of ours."""
    column = next(each for each in COLUMNS if each.name == name)
    return column.headings.get(language[:2], column.headings["en"])
