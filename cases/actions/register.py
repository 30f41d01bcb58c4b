"""Register a case: its patient (new or known), the case, and any material that came with it."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from cases.actions.add_material import insert_material
from cases.actions.fields import CaseFields, MaterialFields, PatientFields
from cases.banner import number_words
from cases.models import Case, Patient, PatientIdentifier
from cases.patients import holders
from cases.policy import may_register, visible_patients
from cases.states import CASE, PATIENT, Status
from core import clock
from core.actor import Actor
from core.errors import Forbidden, Hidden, Invalid
from core.workflow.engine import check_version, created

EDITOR = frozenset({"editor"})


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to register; either `patient` (new) or `patient_id` (known in this laboratory).

    `patient_version` is the version of the known patient that was on the screen; None for doors without a screen.
    """

    case: CaseFields
    patient: PatientFields | None = None
    patient_id: UUID | None = None
    patient_version: int | None = None
    material: MaterialFields = field(default_factory=MaterialFields)


def register(*, actor: Actor, new: NewCase) -> Case:
    """Insert all of it or nothing.

    Raises Forbidden for a role that enters no cases, Hidden for a patient of another laboratory, Conflict for a patient
    corrected since, Invalid with every problem by field (`patient.family_name`, `case.accession_number`,
    `material.slides.0.stain`, ...).
    """
    if not may_register(actor):
        raise Forbidden(_("Your role does not enter cases."))
    at = clock.now()
    found = {f"case.{name}": text for name, text in new.case.problems(at).items()}
    if new.patient is not None:
        found |= {f"patient.{name}": text for name, text in new.patient.problems(at.date()).items()}
    found |= {f"material.{name}": text for name, text in new.material.problems(set()).items()}
    if found:
        raise Invalid(_("The case was not registered."), fields=found)
    with transaction.atomic():
        patient = _patient(actor, new)
        case = _case(actor, new.case, patient)
        created(CASE, case, "register", actor=actor, parties=EDITOR, case=case.pk, patient=patient.pk)
        insert_material(case, new.material)
    return case


def _patient(actor: Actor, new: NewCase) -> Patient:
    if new.patient is None:
        patient = visible_patients(actor).filter(pk=new.patient_id).first() if new.patient_id else None
        if patient is None:
            raise Hidden(_("This patient is not in your laboratory's register."))
        check_version(patient, new.patient_version)
        return patient
    if problem := number_taken(actor, new.patient):
        raise Invalid(_("The case was not registered."), fields={"patient.identifiers": problem})
    return insert_patient(actor, new.patient)


def number_taken(actor: Actor, fields: PatientFields, patient_id: UUID | None = None) -> str:
    """Why these numbers cannot be given to this (or a new) patient: somebody else of the register has one; '' if none.

    One person would otherwise stand in the register twice, each with half of the cases. The numbers are locked until
    the transaction ends, so that two people cannot enter the same one at the same moment.
    """
    with connection.cursor() as cursor:
        for key in sorted(f"{actor.organisation}:{each.system}:{each.value}" for each in fields.identifiers):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    taken = holders(actor.organisation, [(each.system, each.value) for each in fields.identifiers])
    others = [number_words(*pair) for pair, patients in taken.items() if patients - {patient_id}]
    if not others:
        return ""
    message = _("Your register has a patient with the number %(number)s already. Find that patient by the number.")
    return message % {"number": others[0]}


def insert_patient(actor: Actor, fields: PatientFields) -> Patient:
    """Insert a patient with its identifiers and trace it. The fields are checked already."""
    year, month, day = fields.birth or (None, None, None)
    patient = Patient.objects.create(
        organisation_id=actor.lab(),
        family_name=fields.family_name.strip(),
        given_name=fields.given_name.strip(),
        used_name=fields.used_name.strip(),
        birth_family_name=fields.birth_family_name.strip(),
        sex=fields.sex,
        birth_year=year,
        birth_month=month,
        birth_day=day,
        created_at=clock.now(),
    )
    insert_identifiers(patient, fields)
    created(PATIENT, patient, "register", actor=actor, parties=EDITOR, patient=patient.pk)
    return patient


def insert_identifiers(patient: Patient, fields: PatientFields) -> None:
    """Insert the patient's numbers."""
    PatientIdentifier.objects.bulk_create(
        PatientIdentifier(
            patient=patient,
            system=each.system.strip(),
            value=each.value.strip(),
            issuer=each.issuer.strip(),
            verified=each.verified,
        )
        for each in fields.identifiers
    )


def _case(actor: Actor, fields: CaseFields, patient: Patient) -> Case:
    at = clock.now()
    try:
        with transaction.atomic():
            return Case.objects.create(
                organisation_id=actor.lab(),
                patient=patient,
                accession_number=fields.accession_number.strip(),
                organ_system=fields.organ_system,
                priority=fields.priority,
                history=fields.history,
                language=fields.language,
                status=Status.OPEN,
                received_at=fields.received_at or at,
                created_at=at,
            )
    except IntegrityError as error:
        message = _("Your laboratory has a case with this accession number already.")
        raise Invalid(message, fields={"case.accession_number": message}) from error
