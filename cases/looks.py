"""Looks at cases and patients that leave an audit row: opening one, and listing several with the filter used."""

from uuid import UUID

from django.db import transaction

from cases.access.ground import on_ground
from cases.access.queries import get_case
from cases.audit_names import CASE_READ, CASES_LISTED, PATIENT_READ, PATIENTS_SEARCHED
from cases.models import Case
from cases.patients import PatientView, get_patient
from core.actor import Actor
from core.audit.record import record


def open_case(actor: Actor, case_id: UUID) -> Case:
    """The case with patient and lab, and the row that says who looked. Raises Hidden."""
    with transaction.atomic():
        case = get_case(actor, case_id)
        grounded, share = on_ground(actor, case)
        record(
            grounded,
            CASE_READ,
            object_kind="case",
            object_id=case.pk,
            object_version=case.version,
            case=case.pk,
            patient=case.patient_id,
            share=share,
        )
    return case


def listed(actor: Actor, filters: dict[str, object], shown: int) -> None:
    """A list of cases was shown. `filters` holds codes and never what somebody typed."""
    record(actor, CASES_LISTED, object_kind="case", facts={"filter": filters, "shown": shown})


def patients_searched(actor: Actor, found: int, by: str) -> None:
    """The own register was searched. The number that was typed is nobody's business here."""
    record(actor, PATIENTS_SEARCHED, object_kind="patient", facts={"by": by, "found": found})


def open_patient(actor: Actor, patient_id: UUID) -> PatientView:
    """A patient of the own register, and the row that says who looked. Raises Hidden."""
    with transaction.atomic():
        patient = get_patient(actor, patient_id)
        record(
            actor,
            PATIENT_READ,
            object_kind="patient",
            object_id=patient.id,
            object_version=patient.version,
            patient=patient.id,
        )
    return patient
