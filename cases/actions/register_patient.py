"""Put a patient into the own laboratory's register without a case."""

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.fields import PatientFields
from cases.actions.insert import insert_patients
from cases.actions.register import numbers_taken
from cases.models import Patient
from cases.policy import may_register
from core import clock
from core.actor import Actor
from core.errors import Forbidden, Invalid


def register_patient(*, actor: Actor, fields: PatientFields) -> Patient:
    """Insert the patient. Raises Forbidden for a role that enters no cases, Invalid with every problem by field."""
    if not may_register(actor):
        raise Forbidden(_("Your role does not enter patients."))
    at = clock.now()
    if problems := fields.problems(at.date()):
        raise Invalid(_("The patient was not registered."), fields=problems)
    with transaction.atomic():
        if problem := numbers_taken(actor, [fields])[0]:
            raise Invalid(_("The patient was not registered."), fields={"identifiers": problem})
        return insert_patients(actor, [fields], at)[0]
