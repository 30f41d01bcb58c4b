"""Acknowledge the signed opinion: a person of the asking laboratory has read it."""

from uuid import UUID

from django.db import transaction

from cases.access.lock import Seen
from consult.requests.actions.lock import lock_request
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties
from consult.requests.states import REQUEST
from core.actor import Actor
from core.workflow.engine import perform


def acknowledge(*, actor: Actor, request_id: UUID, version: int, seen: Seen | None) -> ConsultRequest:
    """Record that the opinion has been read and understood."""
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        perform(
            REQUEST,
            request,
            "acknowledge",
            actor=actor,
            parties=parties(actor, request),
            case=request.case_id,
            patient=request.case.patient_id,
        )
    return request
