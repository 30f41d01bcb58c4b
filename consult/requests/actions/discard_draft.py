"""Discard a request that was never sent."""

from uuid import UUID

from django.db import transaction

from cases.access.lock import Seen
from consult.requests.actions.lock import lock_request
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties
from consult.requests.states import REQUEST
from core import clock
from core.actor import Actor
from core.workflow.engine import perform


def discard_draft(*, actor: Actor, request_id: UUID, version: int, seen: Seen | None) -> ConsultRequest:
    """Put the draft away; nobody else ever saw it."""
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        request.ended_at = clock.now()
        perform(
            REQUEST,
            request,
            "discard",
            actor=actor,
            parties=parties(actor, request),
            case=request.case_id,
            changed=["ended_at"],
        )
    return request
