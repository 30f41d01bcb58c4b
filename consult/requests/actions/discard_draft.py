"""Discard a request that was never sent: who wrote it does, or has left, or is kept out of the case."""

from uuid import UUID

from django.db import transaction

from cases.access.lock import Seen
from consult.requests.actions.lock import lock_request
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties
from consult.requests.states import LEAVING, REQUEST
from core import clock
from core.actor import Actor
from core.workflow.engine import perform


def discard_draft(*, actor: Actor, request_id: UUID, version: int, seen: Seen | None) -> ConsultRequest:
    """Put the draft away; nobody else ever saw it."""
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        _end(request, "discard", actor, parties(actor, request))
    return request


def discard_of_absent(*, actor: Actor, request: ConsultRequest) -> None:
    """Nobody else can see it, so nobody can send it. `request` and its case are locked by the caller, who acts because
    its author has left, or is kept out of the case."""
    with transaction.atomic():
        _end(request, "requester_left", actor, LEAVING)


def _end(request: ConsultRequest, action: str, actor: Actor, who: frozenset[str]) -> None:
    request.ended_at = clock.now()
    perform(REQUEST, request, action, actor=actor, parties=who, case=request.case_id, changed=["ended_at"])
