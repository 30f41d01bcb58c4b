"""Decline a request, with a reason and, if known, whom to ask instead."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen
from consult.reports.actions.discard import discard
from consult.reports.models import Report
from consult.requests.actions.lock import lock_request
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties
from consult.requests.states import REQUEST
from core import clock, terms
from core.actor import Actor
from core.errors import Invalid
from core.workflow.engine import perform


def decline(
    *, actor: Actor, request_id: UUID, version: int, seen: Seen | None, reason: str, note: str = ""
) -> ConsultRequest:
    """End the request before it is signed. `reason` is a code of the decline reasons; access and draft end with it.

    Whoever cannot open the case any more, because its laboratory has stopped sharing it, hands it back all the same.
    """
    if reason not in terms.codes("decline_reasons"):
        raise Invalid(_("Say why you decline."), fields={"reason": _("Choose a reason.")})
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen, needs_case=False)
        request.ended_at, request.end_reason = clock.now(), reason
        perform(
            REQUEST,
            request,
            "decline",
            actor=actor,
            parties=parties(actor, request),
            case=request.case_id,
            patient=request.case.patient_id,
            changed=["ended_at", "end_reason"],
            reason=note,
            reason_code=reason,
        )
        if request.report_id:
            discard(actor=actor, report=Report.objects.select_for_update().get(pk=request.report_id))
    return request
