"""Correct who or what a case is: its accession number, or its patient's identity. Everybody's screen is outdated."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.actions.accession import given_already, is_about_number
from cases.actions.fields import PatientFields
from cases.actions.insert import insert_identifiers
from cases.actions.register import numbers_taken
from cases.former import keep
from cases.models import Case, Patient
from cases.numbers import number_key
from cases.policy import parties, visible_patients
from cases.states import CASE, PATIENT
from core import clock
from core.actor import Actor
from core.errors import Forbidden, Hidden, Invalid
from core.letters import written
from core.workflow.engine import check_version, perform


def correct_accession_number(
    *, actor: Actor, case_id: UUID, seen: Seen | None, accession_number: str, reason: str
) -> Case:
    """Give the case its right number; needs a reason. The identity version rises."""
    problems = {}
    if not number_key(accession_number) or len(accession_number) > 40:
        problems["accession_number"] = _("Enter the accession number, at most 40 characters.")
    if not reason.strip():
        problems["reason"] = _("Say why it is corrected.")
    if problems:
        raise Invalid(_("The case was not corrected."), fields=problems)
    with transaction.atomic():
        case = lock_case(actor, case_id, seen)
        keep([case])
        case.accession_number = accession_number.strip()
        case.identity_version += 1
        try:
            with transaction.atomic():
                perform(
                    CASE,
                    case,
                    "correct",
                    actor=actor,
                    parties=parties(actor, case),
                    case=case.pk,
                    patient=case.patient_id,
                    changed=["accession_number", "identity_version"],
                    reason=reason.strip(),
                )
        except IntegrityError as error:
            if not is_about_number(error):
                raise
            message = given_already(actor, [accession_number], case.pk)[0]
            raise Invalid(message, fields={"accession_number": message}) from error
    return case


def correct_patient(*, actor: Actor, patient_id: UUID, version: int, fields: PatientFields, reason: str) -> Patient:
    """Correct names, birth date, sex or numbers. Raises Hidden, Conflict (somebody was faster) or Invalid by field.

    The cases of the patient are locked first, so that no signature can be under way over the old identity.
    """
    problems = fields.problems(clock.now().date())
    if not reason.strip():
        problems["reason"] = _("Say why it is corrected.")
    if problems:
        raise Invalid(_("The patient was not corrected."), fields=problems)
    with transaction.atomic():
        if not visible_patients(actor).filter(pk=patient_id).exists():
            raise Hidden(_("This patient is not in your laboratory's register."))
        cases = list(Case.objects.select_for_update().filter(patient=patient_id).order_by("pk"))
        patient = visible_patients(actor).select_for_update().get(pk=patient_id)
        check_version(patient, version)
        if cases and not all("editor" in parties(actor, case) for case in cases):
            raise Forbidden(_("Your role does not correct patients."))
        if problem := numbers_taken(actor, [fields], patient.pk)[0]:
            raise Invalid(_("The patient was not corrected."), fields={"identifiers": problem})
        keep(cases)
        patient.family_name, patient.given_name = written(fields.family_name), written(fields.given_name)
        patient.used_name, patient.birth_family_name = written(fields.used_name), written(fields.birth_family_name)
        patient.sex = fields.sex
        patient.birth_year, patient.birth_month, patient.birth_day = fields.birth or (None, None, None)
        patient.identifiers.all().delete()
        insert_identifiers([(patient, fields)])
        changed = [
            "family_name",
            "given_name",
            "used_name",
            "birth_family_name",
            "sex",
            "birth_year",
            "birth_month",
            "birth_day",
        ]
        perform(
            PATIENT,
            patient,
            "correct",
            actor=actor,
            parties=frozenset({"editor"}),
            patient=patient.pk,
            changed=changed,
            reason=reason.strip(),
        )
    return patient
