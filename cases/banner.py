"""The patient as every clinical screen shows them: two identifiers and the accession numbers, in the reader's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases import page_hooks
from cases.access.view import CaseView
from cases.numbers import system_words
from core import clock
from core.web.dates import PartialDate, age_text, partial_text


@dataclass(frozen=True, slots=True)
class Banner:
    """What templates/components/patient_banner.html and identity_card.html show. Unknown or hidden texts are empty.

    `looked_url` leads who sees the case at home to who looked at it.
    """

    name_family: str
    name_given: str = ""
    name_birth: str = ""
    name_used: str = ""
    sex_label: str = ""
    birth_text: str = ""
    age_text: str = ""
    identifier_text: str = ""
    accession_number: str = ""
    organisation_short: str = ""
    second_accession_number: str = ""
    second_organisation_short: str = ""
    is_pseudonymised: bool = False
    is_withheld: bool = False
    looked_url: str = ""


def banner(view: CaseView, *, second_accession_number: str = "", second_organisation_short: str = "") -> Banner:
    """The banner of a case; the second number is the answering laboratory's own. One query (the time)."""
    return Banner(
        name_family=view.name_family,
        name_given=view.name_given,
        name_birth=view.name_birth,
        name_used=view.name_used,
        sex_label=view.sex_label,
        birth_text=birth_words(view.birth),
        age_text=age_words(view.birth),
        identifier_text=first_number(view.identifiers),
        accession_number=view.accession_number,
        organisation_short=view.organisation_short,
        second_accession_number=second_accession_number,
        second_organisation_short=second_organisation_short,
        is_pseudonymised=view.is_pseudonymised,
        is_withheld=view.is_withheld,
        looked_url=page_hooks.looked_url(view.patient, view.id) if view.is_home else "",
    )


Birth = tuple[int | None, int | None, int | None]


def birth_words(birth: Birth) -> str:
    """05 Nov 1956, Nov 1956, 1956, or nothing."""
    year, month, day = birth
    return partial_text(PartialDate(year, month, day)) if year else ""


def age_words(birth: Birth, today: date | None = None) -> str:
    """The age today in words, nothing where the year is unknown. A list says which day it is, once for all rows."""
    year, month, day = birth
    return age_text(PartialDate(year, month, day), today or clock.now().date()) if year else ""


def number_words(system: str, value: str) -> str:
    """A patient number with the short name of its system: NHS 999 102 9249; a laboratory's own number stands alone."""
    return f"{system_words(system)} {value}".strip()


def first_number(identifiers: Iterable[tuple[str, str, bool]]) -> str:
    """The first patient number, nothing where there is none to show."""
    return next((number_words(system, value) for system, value, _ in identifiers), "")
