"""The own laboratory's register of patients, as values: what forms, the API and the import see of a patient."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.banner import age_words, birth_words, first_number
from cases.models import Patient, PatientIdentifier
from cases.numbers import number_key, system_words
from cases.policy import visible_patients
from core import terms
from core.actor import Actor
from core.errors import Hidden

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Number:
    """One patient number."""

    system: str
    value: str
    issuer: str
    verified: bool

    @property
    def system_words(self) -> str:
        """Who counts, as people say it; nothing where the laboratory itself does."""
        return system_words(self.system)


@dataclass(frozen=True, slots=True)
class PatientView:
    """A patient of the own register; the names are those of CaseView, so that banner and identity card take it too."""

    id: UUID
    version: int
    name_family: str
    name_given: str
    name_used: str
    name_birth: str
    sex: str
    birth: tuple[int | None, int | None, int | None]
    identifiers: tuple[Number, ...]
    is_pseudonymised: bool = False

    @property
    def sex_label(self) -> str:
        """The administrative sex in words."""
        return terms.label("sexes", self.sex)

    @property
    def birth_text(self) -> str:
        """The birth date in words."""
        return birth_words(self.birth)

    @property
    def age_text(self) -> str:
        """The age today. One query."""
        return age_words(self.birth)

    @property
    def identifier_text(self) -> str:
        """The first number."""
        return first_number((each.system, each.value, each.verified) for each in self.identifiers)


def patient_view(patient: Patient) -> PatientView:
    """The view of a patient that visible_patients gave."""
    return PatientView(
        id=patient.pk,
        version=patient.version,
        name_family=patient.family_name,
        name_given=patient.given_name,
        name_used=patient.used_name,
        name_birth=patient.birth_family_name,
        sex=patient.sex,
        birth=(patient.birth_year, patient.birth_month, patient.birth_day),
        identifiers=tuple(
            Number(each.system, each.value, each.issuer, each.verified) for each in patient.identifiers.all()
        ),
    )


def get_patient(actor: Actor, patient_id: UUID) -> PatientView:
    """One patient of the own register, or Hidden."""
    patient = _with_numbers(visible_patients(actor)).filter(pk=patient_id).first()
    if patient is None:
        raise Hidden(_("This patient is not in your laboratory's register."))
    return patient_view(patient)


def find_by_number(actor: Actor, number: str) -> list[PatientView]:
    """The patients of the own register who have this number in any system, however it is spelled; at most MOST_FOUND.

    Two queries.
    """
    wanted = number_key(number)
    if not wanted:
        return []
    holders = PatientIdentifier.objects.filter(value_key=wanted).values("patient")
    found = _with_numbers(visible_patients(actor)).filter(pk__in=holders).order_by("family_name", "pk")
    return [patient_view(patient) for patient in found[:MOST_FOUND]]


def holders(organisation: UUID | None, numbers: Iterable[tuple[str, str]]) -> dict[tuple[str, str], set[UUID]]:
    """Who has each of these numbers, each a `pair_key`, in a laboratory's register. One query."""
    wanted = set(numbers)
    found: dict[tuple[str, str], set[UUID]] = {}
    rows = PatientIdentifier.objects.filter(
        patient__organisation=organisation, value_key__in={value for _, value in wanted}
    ).values_list("system_key", "value_key", "patient")
    for system, value, patient in rows:
        if (system, value) in wanted:
            found.setdefault((system, value), set()).add(patient)
    return found


def views_of(actor: Actor, patient_ids: Collection[UUID]) -> dict[UUID, PatientView]:
    """Several patients of the own register. Two queries."""
    found = _with_numbers(visible_patients(actor)).filter(pk__in=patient_ids)
    return {patient.pk: patient_view(patient) for patient in found}


def patient_page(actor: Actor, after: UUID | None, size: int) -> tuple[list[PatientView], UUID | None]:
    """One page of the own register in the order of entry, and the key to continue after; two queries."""
    found = _with_numbers(visible_patients(actor)).order_by("pk")
    if after:
        found = found.filter(pk__gt=after)
    patients = list(found[: size + 1])
    views = [patient_view(patient) for patient in patients[:size]]
    return views, views[-1].id if len(patients) > size else None


def _with_numbers(patients: QuerySet[Patient]) -> QuerySet[Patient]:
    return patients.prefetch_related("identifiers")
