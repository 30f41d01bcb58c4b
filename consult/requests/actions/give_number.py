"""Give the answering laboratory's own accession number, before signing."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen
from consult.requests.actions.lock import lock_request
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties
from consult.requests.states import REQUEST
from core.actor import Actor
from core.errors import Invalid
from core.workflow.engine import perform


def give_number(
    *, actor: Actor, request_id: UUID, version: int, seen: Seen | None, accession_number: str
) -> ConsultRequest:
    """Set or correct the number on the request and on the draft of its report."""
    number = accession_number.strip()
    if not number or len(number) > 40:
        message = _("Enter your laboratory's accession number, at most 40 characters.")
        raise Invalid(message, fields={"accession_number": message})
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        request.answering_accession_number = number
        perform(
            REQUEST,
            request,
            "give_number",
            actor=actor,
            parties=parties(actor, request),
            case=request.case_id,
            patient=request.case.patient_id,
            changed=["answering_accession_number"],
        )
        if request.report is not None:
            request.report.accession_number = number
            request.report.save(update_fields=["accession_number"])
    return request
