"""Put a patient into the own laboratory's register without a case."""

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.fields import PatientFields
from cases.actions.register import insert_patient, number_taken
from cases.models import Patient
from cases.policy import may_register
from core import clock
from core.actor import Actor
from core.errors import Forbidden, Invalid


def register_patient(*, actor: Actor, fields: PatientFields) -> Patient:
    """Insert the patient. Raises Forbidden for a role that enters no cases, Invalid with every problem by field."""
    if not may_register(actor):
        raise Forbidden(_("Your role does not enter patients."))
    if problems := fields.problems(clock.now().date()):
        raise Invalid(_("The patient was not registered."), fields=problems)
    with transaction.atomic():
        if problem := number_taken(actor, fields):
            raise Invalid(_("The patient was not registered."), fields={"identifiers": problem})
        return insert_patient(actor, fields)
