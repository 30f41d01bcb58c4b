"""The one seam for a case's fields: what this actor may know of it. Templates, the API, PDFs and mail get this.

A pseudonymised reader meets the pseudonym everywhere, because nothing hands the model out.
"""

import base64
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from cases.access import branches
from cases.identity_words import Known, without_identity
from cases.models import Case, PatientIdentifier
from core import terms
from core.actor import Actor

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CaseView:
    """What an actor may know of one case. Unknown or hidden texts are empty.

    Under a pseudonym `name_family` holds it, of the birth date and the day of receipt only the years are there, and
    `history` stands without the patient's names and numbers, and so does whatever else the laboratory wrote about the
    case, once it has gone through `text`. Of moments before `exact_from`, when the case was shared,
    such a reader gets the year alone (`moment`): a day leads to the patient where somebody knows when they came. With
    `is_withheld` nothing of the case is told at all.
    """

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
    received_at: datetime | None
    received_year: int
    case_version: int
    identity_version: int
    patient_version: int
    patient: UUID | None
    time_zone: str = "UTC"
    exact_from: datetime | None = None
    is_withheld: bool = False
    _mask: Callable[[str], str] = field(default=str, repr=False, compare=False)
    _former: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

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

    def moment(self, at: datetime) -> datetime | None:
        """The moment as this reader may know it, None where that is its year alone."""
        return None if self.exact_from is not None and at < self.exact_from else at

    def text(self, written: str) -> str:
        """What the laboratory wrote about the case or its material, as this reader may read it."""
        return self._mask(written)

    def may(self, codename: str) -> bool:
        """Whether the actor has this permission on the case."""
        return codename in self.codenames


def case_view(actor: Actor, case: Case) -> CaseView:
    """The view of one case that the actor may see (found through visible_cases). Two queries."""
    return case_views(actor, [case])[0]


def case_views(actor: Actor, cases: Iterable[Case]) -> list[CaseView]:
    """The views of several cases, in their order; two queries, whatever their number. Wants patient, organisation."""
    cases = list(cases)
    given = _given(actor, [case.pk for case in cases])
    identifiers = _identifiers(cases)
    return [_view(actor, case, given.get(case.pk, Given()), identifiers) for case in cases]


@dataclass(slots=True)
class Given:
    """What grants in force open of one case, by which share first, and since when."""

    codenames: frozenset[str] = frozenset()
    source: UUID | None = None
    since: datetime = NEVER


def _given(actor: Actor, case_ids: Collection[UUID]) -> dict[UUID, Given]:
    names = {branches.permission_id(name): name for name in branches.CODENAMES}
    found: dict[UUID, Given] = {}
    rows = branches.all_in_force(actor).filter(content_object__in=case_ids).order_by("valid_from", "share")
    for case_id, permission, source, since in rows.values_list(
        "content_object", "permission", "share__source_id", "valid_from"
    ):
        given = found.setdefault(case_id, Given(source=source, since=since))
        given.codenames |= {names[permission]}
    return found


def _identifiers(cases: list[Case]) -> dict[UUID, tuple[tuple[str, str, bool], ...]]:
    found: dict[UUID, list[tuple[str, str, bool]]] = {}
    rows = PatientIdentifier.objects.filter(patient__in={case.patient_id for case in cases})
    for patient, system, value, verified in rows.values_list("patient", "system", "value", "verified"):
        found.setdefault(patient, []).append((system, value, verified))
    return {patient: tuple(numbers) for patient, numbers in found.items()}


def pseudonym(source: UUID) -> str:
    """The name of a patient who is sent under a pseudonym: the same wherever this request, meeting, ... is shown.

    It comes from the key of what the case is shared for, never from the patient: it says nothing, and two requests
    about one patient have two. 30 bits.
    """
    digest = hashlib.sha256(f"pseudonym:{source}".encode()).digest()
    return f"P-{base64.b32encode(digest).decode()[:6]}"


def known_of(view: CaseView) -> Known:
    """What says who the patient is, from the view of somebody who knows it; also what was corrected (cases.former)."""
    former = view._former
    names = (view.name_family, view.name_given, view.name_used, view.name_birth, *former.get("names", ()))
    numbers = [view.accession_number, *(value for _system, value, _verified in view.identifiers)]
    return Known(
        names,
        [*numbers, *former.get("numbers", ())],
        view.birth,
        given=(view.name_given, view.name_used, *former.get("given", ())),
        received=_received_on(view),
        former_days=[(year, month, day) for year, month, day in former.get("days", ())],
    )


def known_of_case(case: Case) -> Known:
    """The same of a case with its patient and laboratory, whoever reads it: to take it out of a text. One query."""
    return known_of(_named(case, _identifiers([case])))


def masks(cases: Collection[Case]) -> dict[UUID, Callable[[str], str]]:
    """By case: takes out of a text what says whose case it is, whoever reads it. One query, none for no case."""
    identifiers = _identifiers(list(cases)) if cases else {}
    return {case.pk: partial(without_identity, known=known_of(_named(case, identifiers))) for case in cases}


def _received_on(view: CaseView) -> date | None:
    return view.received_at.astimezone(ZoneInfo(view.time_zone)).date() if view.received_at else None


def under_pseudonym(view: CaseView, source: UUID, since: datetime) -> CaseView:
    """The view as somebody gets it to whom the case is shown under the pseudonym of `source`, from `since` on."""
    mask = partial(without_identity, known=known_of(view))
    return replace(
        view,
        accession_number="",
        is_pseudonymised=True,
        name_family=pseudonym(source),
        name_given="",
        name_used="",
        name_birth="",
        birth=(view.birth[0], None, None),
        identifiers=(),
        history=mask(view.history),
        received_at=None,
        patient=None,
        exact_from=since,
        _mask=mask,
        _former={},
    )


def _view(
    actor: Actor, case: Case, given: Given, identifiers: dict[UUID, tuple[tuple[str, str, bool], ...]]
) -> CaseView:
    is_home = branches.is_home(actor, case)
    codenames = frozenset(branches.CODENAMES) if is_home else given.codenames
    view = replace(_named(case, identifiers), is_home=is_home, codenames=codenames)
    if branches.VIEW_IDENTITY in codenames:
        return view
    return under_pseudonym(view, given.source or case.pk, given.since)


def _named(case: Case, identifiers: dict[UUID, tuple[tuple[str, str, bool], ...]]) -> CaseView:
    """The whole of it, which nobody gets without asking what they may know."""
    patient = case.patient
    return CaseView(
        id=case.pk,
        organisation=case.organisation_id,
        organisation_name=case.organisation.name,
        organisation_short=case.organisation.short_name,
        accession_number=case.accession_number,
        is_pseudonymised=False,
        is_home=False,
        codenames=frozenset(),
        name_family=patient.family_name,
        name_given=patient.given_name,
        name_used=patient.used_name,
        name_birth=patient.birth_family_name,
        sex=patient.sex,
        birth=(patient.birth_year, patient.birth_month, patient.birth_day),
        identifiers=identifiers.get(patient.pk, ()),
        organ_system=case.organ_system,
        priority=case.priority,
        status=case.status,
        history=case.history,
        language=case.language,
        received_at=case.received_at,
        received_year=case.received_at.year,
        case_version=case.version,
        identity_version=case.identity_version,
        patient_version=patient.version,
        patient=patient.pk,
        time_zone=case.organisation.time_zone,
        _former=case.former,
    )
