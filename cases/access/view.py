"""The one seam for a case's fields: what this actor may know of it. Templates, the API, PDFs and mail get this.

A pseudonymised reader meets the pseudonym everywhere, because nothing hands the model out.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from cases.access import branches
from cases.models import Case, PatientIdentifier
from core import terms
from core.actor import Actor


@dataclass(frozen=True, slots=True)
class CaseView:
    """What an actor may know of one case. Unknown or hidden texts are empty."""

    id: UUID
    organisation: UUID
    organisation_name: str
    organisation_short: str
    accession_number: str
    is_pseudonymised: bool
    is_home: bool
    codenames: frozenset[str]
    name_family: str
    name_given: str
    name_used: str
    name_birth: str
    sex: str
    birth: tuple[int | None, int | None, int | None]
    identifiers: tuple[tuple[str, str, bool], ...]
    organ_system: str
    priority: str
    status: str
    history: str
    language: str
    received_at: datetime
    case_version: int
    identity_version: int
    patient_version: int
    patient: UUID | None

    @property
    def sex_label(self) -> str:
        """The administrative sex in words."""
        return terms.label("sexes", self.sex)

    @property
    def organ_system_label(self) -> str:
        """The organ system in words."""
        return terms.label("organ_systems", self.organ_system)

    @property
    def priority_label(self) -> str:
        """The priority in words."""
        return terms.label("priorities", self.priority)

    @property
    def name(self) -> str:
        """Surname in capitals and given names, or the pseudonym."""
        if self.is_pseudonymised:
            return self.name_family
        return ", ".join(part for part in (self.name_family.upper(), self.name_given) if part)

    @property
    def identifier(self) -> tuple[str, str, bool] | None:
        """The first identifier (verified ones come first), None where there is none to show."""
        return self.identifiers[0] if self.identifiers else None

    def may(self, codename: str) -> bool:
        """Whether the actor has this permission on the case."""
        return codename in self.codenames


def case_view(actor: Actor, case: Case) -> CaseView:
    """The view of one case that the actor may see (found through visible_cases). Two queries."""
    return case_views(actor, [case])[0]


def case_views(actor: Actor, cases: Iterable[Case]) -> list[CaseView]:
    """The views of several cases, in their order; two queries, whatever their number. Wants patient, organisation."""
    cases = list(cases)
    given = _codenames(actor, [case.pk for case in cases])
    identifiers = _identifiers(cases)
    return [_view(actor, case, given.get(case.pk, frozenset()), identifiers) for case in cases]


def _codenames(actor: Actor, case_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    names = {branches.permission_id(name): name for name in branches.CODENAMES}
    found: dict[UUID, set[str]] = {}
    rows = branches.all_in_force(actor).filter(content_object__in=case_ids)
    for case_id, permission in rows.values_list("content_object", "permission"):
        found.setdefault(case_id, set()).add(names[permission])
    return {case_id: frozenset(codenames) for case_id, codenames in found.items()}


def _identifiers(cases: list[Case]) -> dict[UUID, tuple[tuple[str, str, bool], ...]]:
    found: dict[UUID, list[tuple[str, str, bool]]] = {}
    rows = PatientIdentifier.objects.filter(patient__in={case.patient_id for case in cases})
    for patient, system, value, verified in rows.values_list("patient", "system", "value", "verified"):
        found.setdefault(patient, []).append((system, value, verified))
    return {patient: tuple(numbers) for patient, numbers in found.items()}


def pseudonym(case_id: UUID, person: UUID | None) -> str:
    """A stable name for a patient whose identity a reader may not know; it says nothing about the patient."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{case_id}:{person}".encode(), hashlib.sha256).hexdigest()
    return _("Patient %(code)s") % {"code": digest[:6].upper()}


def _view(
    actor: Actor, case: Case, granted: frozenset[str], identifiers: dict[UUID, tuple[tuple[str, str, bool], ...]]
) -> CaseView:
    is_home = branches.sees_home(actor) and case.organisation_id == actor.organisation
    codenames = frozenset(branches.CODENAMES) if is_home else granted
    known = branches.VIEW_IDENTITY in codenames
    patient = case.patient
    return CaseView(
        id=case.pk,
        organisation=case.organisation_id,
        organisation_name=case.organisation.name,
        organisation_short=case.organisation.short_name,
        accession_number=case.accession_number if known else "",
        is_pseudonymised=not known,
        is_home=is_home,
        codenames=codenames,
        name_family=patient.family_name if known else pseudonym(case.pk, actor.person),
        name_given=patient.given_name if known else "",
        name_used=patient.used_name if known else "",
        name_birth=patient.birth_family_name if known else "",
        sex=patient.sex,
        birth=(patient.birth_year, *((patient.birth_month, patient.birth_day) if known else (None, None))),
        identifiers=identifiers.get(patient.pk, ()) if known else (),
        organ_system=case.organ_system,
        priority=case.priority,
        status=case.status,
        history=case.history,
        language=case.language,
        received_at=case.received_at,
        case_version=case.version,
        identity_version=case.identity_version,
        patient_version=patient.version,
        patient=patient.pk if known else None,
    )
