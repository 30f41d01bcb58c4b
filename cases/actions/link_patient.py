"""Put a case that was entered under the wrong patient under the right one."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.former import keep
from cases.models import Case
from cases.policy import parties, visible_patients
from cases.states import CASE
from core.actor import Actor
from core.errors import Hidden, Invalid
from core.workflow.engine import perform


def link_patient(*, actor: Actor, case_id: UUID, seen: Seen | None, patient_id: UUID, reason: str) -> Case:
    """Give an open case another patient of the own register; needs a reason. The identity version rises.

    Raises Hidden for a case or patient the actor may not see, Invalid where it is the same patient or no reason is
    given, Conflict where the identity changed since. Both patients stand in the audit.
    """
    if not reason.strip():
        message = _("Say why it is corrected.")
        raise Invalid(_("The case was not corrected."), fields={"reason": message})
    with transaction.atomic():
        case = lock_case(actor, case_id, seen)
        patient = visible_patients(actor).filter(pk=patient_id).first()
        if patient is None:
            raise Hidden(_("This patient is not in your laboratory's register."))
        if patient.pk == case.patient_id:
            message = _("This is the patient the case has already.")
            raise Invalid(message, fields={"patient": message})
        before = case.patient_id
        keep([case])
        case.patient = patient
        case.identity_version += 1
        perform(
            CASE,
            case,
            "correct",
            actor=actor,
            parties=parties(actor, case),
            case=case.pk,
            patient=patient.pk,
            changed=["patient", "identity_version"],
            reason=reason.strip(),
            facts={"patient_before": str(before)},
        )
    return case
