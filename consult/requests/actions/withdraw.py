"""Withdraw a request before it is signed: with a reason, or because the outside expert who was asked is withdrawn."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen
from consult.reports.actions.discard import discard
from consult.reports.models import Report
from consult.requests.actions.lock import lock_request
from consult.requests.identity_check import must_not_name
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties
from consult.requests.states import REQUEST, UNCONFIRMING
from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.workflow.engine import perform


def withdraw(
    *, actor: Actor, request_id: UUID, version: int, seen: Seen | None, reason: str, texts_checked: bool = False
) -> ConsultRequest:
    """End the request; the expert is told and the access ends. Against a signature exactly one of the two wins.

    Raises Invalid for a reason that names a patient under a pseudonym, unless `texts_checked`.
    """
    if not reason.strip():
        raise Invalid(_("Say why you withdraw the request."), fields={"reason": _("Give the reason.")})
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        must_not_name(actor, request, {"reason": reason}, checked=texts_checked)
        _end(actor, request, parties(actor, request), reason=reason.strip())
    return request


def withdraw_with_expert(*, actor: Actor, request: ConsultRequest) -> None:
    """End it because the outside expert who was asked is withdrawn: not with the reason, which may be about the person
    who reads this step. `request` and its case are locked by the caller."""
    with transaction.atomic():
        _end(actor, request, UNCONFIRMING)


def _end(actor: Actor, request: ConsultRequest, who: frozenset[str], *, reason: str = "") -> None:
    request.ended_at = clock.now()
    perform(
        REQUEST,
        request,
        "withdraw",
        actor=actor,
        parties=who,
        case=request.case_id,
        patient=request.case.patient_id,
        changed=["ended_at"],
        reason=reason,
    )
    if request.report_id:
        discard(actor=actor, report=Report.objects.select_for_update().get(pk=request.report_id))
