"""Finds the one case that somebody means: by exact number, never by browsing, and without saying what else there is."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from cases.emergency.policy import reachable
from cases.models import Case, PatientIdentifier
from cases.numbers import OWN_SYSTEM, is_number, pair_key
from core.actor import Actor

MOST = 10  # of one patient, to choose from: the newest


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody holds in their hand: a link, an accession number and its laboratory, or a patient's number.

    `case` beside a patient's number chooses one of several cases of that patient. A number that a laboratory itself
    gave (`system` LOCAL) needs `organisation`; any other narrows by it where it is given.
    """

    case: UUID | None = None
    organisation: UUID | None = None
    accession_number: str = ""
    system: str = ""
    value: str = ""

    @property
    def by(self) -> str:
        """The way, as a code for the audit."""
        if self.value:
            return "patient"
        return "number" if self.accession_number else "link"


def find(actor: Actor, wanted: Wanted) -> list[Case]:
    """The cases that fit exactly, the newest first, with their laboratories; empty for what does not exist and for
    what cannot be opened alike."""
    fits = _fits(wanted)
    if fits is None:
        return []
    cases = reachable(actor).filter(fits, organisation__is_active=True).select_related("organisation")
    return list(cases.order_by("-received_at", "-pk")[:MOST])


def fitting(wanted: Wanted) -> list[Case]:
    """The cases that fit exactly, whether or not they can be opened: for their laboratories to read who asked."""
    fits = _fits(wanted)
    return list(Case.objects.filter(fits).order_by("-received_at", "-pk")[:MOST]) if fits is not None else []


def _fits(wanted: Wanted) -> Q | None:
    if wanted.by == "link":
        return Q(pk=wanted.case) if wanted.case else None
    if wanted.by == "number":
        number = is_number("accession_number", wanted.accession_number)
        return Q(number, organisation=wanted.organisation) if wanted.organisation else None
    system, value = pair_key(wanted.system, wanted.value)
    is_local = system == OWN_SYSTEM
    if not value or not system or (is_local and wanted.organisation is None):
        return None
    holders = PatientIdentifier.objects.filter(system_key=system, value_key=value).values("patient")
    fits = Q(patient__in=holders)
    if wanted.organisation:
        fits &= Q(organisation=wanted.organisation)
    return fits & Q(pk=wanted.case) if wanted.case else fits
