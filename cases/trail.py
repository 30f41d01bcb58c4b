"""Who looked at a patient: everything that anybody, of whatever organisation, did with the own laboratory's cases.

Any page of the owner laboratory may show it: `looked_at` for the lines, templates/cases/_looked.html to show them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import policy
from accounts.roles import READ_WHO_LOOKED
from cases.access import branches
from cases.models import Case, Patient
from cases.numbers import is_number, number_key
from cases.policy import visible_patients
from cases.trail_words import Line, lines
from core.actor import Actor
from core.audit.models import AuditEvent, Outcome
from core.audit.queries import Key, page
from core.errors import Hidden, Invalid

SIZE = 100  # rows, which make fewer lines
SHOWN = ("all", "others", "refused")


@dataclass(frozen=True, slots=True)
class Looked:
    """The lines of a page, newest first, and the key to go on after, None on the last page."""

    lines: list[Line]
    after: Key | None


def looked_at(
    actor: Actor,
    case_ids: Collection[UUID] = (),
    *,
    numbers: Mapping[UUID, str] | None = None,
    patient: UUID | None = None,
    show: str = "all",
    after: Key | None = None,
    size: int = SIZE,
) -> Looked:
    """Who did what with these cases of the own laboratory, and with this patient's record; nothing of others'.

    `show` is all, others (people of other organisations), or refused. `numbers` are the cases' accession numbers where
    the page tells them to a reader who does not see the cases. Records nothing: the page that shows it does.
    """
    found = page([part.filter(_shown(actor, show)) for part in parts(actor, case_ids, patient)], after, size)
    return Looked(lines(actor, found.rows, numbers=numbers), found.after)


def parts(actor: Actor, case_ids: Collection[UUID], patient: UUID | None) -> list[QuerySet[AuditEvent]]:
    """The rows in two branches, of the cases and of the patient."""
    of = policy.audit_of_own_patients(actor)
    found = [of.filter(case__in=case_ids)] if case_ids else []
    return [*found, of.filter(patient=patient)] if patient else found


def not_closed(actor: Actor) -> Q:
    """A condition for rows of the record: a denial of a case holds for what says what became of it, too."""
    return Q(case__isnull=True) | branches.not_denied(actor, "case")


def _shown(actor: Actor, show: str) -> Q:
    if show == "others":
        return ~Q(person__isnull=True, role="") & ~Q(organisation=actor.organisation)
    return ~Q(outcome=Outcome.SUCCESS) if show == "refused" else Q()


def may_read(actor: Actor) -> bool:
    """Whether the actor reads who looked at the own laboratory's patients."""
    return actor.organisation is not None and actor.role in READ_WHO_LOOKED


def patients_of_trail(actor: Actor) -> QuerySet[Patient]:
    """The patients about whom the actor may ask who looked. A privacy officer learns nothing else of them."""
    if branches.sees_home(actor):
        return visible_patients(actor)
    return Patient.objects.filter(organisation=actor.organisation) if may_read(actor) else Patient.objects.none()


def get_patient_of_trail(actor: Actor, patient_id: UUID) -> Patient:
    """One of them, or Hidden."""
    patient = patients_of_trail(actor).filter(pk=patient_id).first()
    if patient is None:
        raise Hidden(_("There is nothing here that you may see."))
    return patient


def cases_of_trail(actor: Actor, patient: Patient) -> dict[UUID, str]:
    """The accession numbers of the patient's cases in the own laboratory, those denied to the actor left out."""
    cases = Case.objects.filter(branches.not_denied(actor), patient=patient, organisation=actor.organisation)
    return dict(cases.order_by("-received_at", "-pk").values_list("pk", "accession_number"))


def numbers_of(actor: Actor, rows: Iterable[AuditEvent]) -> dict[UUID, str]:
    """The accession numbers of the own laboratory's cases in these rows, for whoever reads who looked. One query."""
    wanted = {row.case for row in rows if row.case}
    if not may_read(actor) or not wanted:
        return {}
    own = Case.objects.filter(branches.not_denied(actor), pk__in=wanted, organisation=actor.organisation)
    return dict(own.values_list("pk", "accession_number"))


def one_of(cases: Mapping[UUID, str], asked: object) -> UUID | None:
    """The one of these cases that a page is narrowed to; None where nothing is asked.

    Raises Invalid for everything else, whatever it is: as a refusal of the patient it would stand in what the patient
    is given as an attempt to see them, and nobody made one.
    """
    case = next((key for key in cases if str(key) == str(asked or "").strip().lower()), None)
    if asked and case is None:
        words = _("This is no case of this patient.")
        raise Invalid(words, fields={"case": words})
    return case


def find_patients(actor: Actor, number: str) -> list[UUID]:
    """The patients with exactly this number, or with a case of exactly this accession number; however spelled. The
    number of a case that is denied to the actor leads nowhere."""
    key = number_key(number)
    known = patients_of_trail(actor)
    own = Case.objects.filter(branches.not_denied(actor), organisation=actor.organisation)
    by_case = own.filter(is_number("accession_number", number))
    wanted = Q(pk__in=by_case.values("patient"))
    if key:
        wanted |= Q(pk__in=known.filter(identifiers__value_key=key).values("pk"))
    return list(known.filter(wanted).order_by("pk").values_list("pk", flat=True)[:20])
