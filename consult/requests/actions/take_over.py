"""The deputy takes a request over: while the expert is away, or because the expert has left."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from accounts.actors import for_member
from accounts.models import Membership
from cases.access.lock import Seen
from consult.reports.actions.discard import discard
from consult.reports.actions.start import start
from consult.reports.models import Report
from consult.requests.actions.lock import lock_request
from consult.requests.blind import must_be_able_to_read
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties
from consult.requests.states import REQUEST, TAKEN_UP
from core import clock
from core.actor import Actor
from core.workflow.engine import perform

LEFT = "absent"  # of the decline reasons


def take_over(*, actor: Actor, request_id: UUID, version: int, seen: Seen | None) -> ConsultRequest:
    """Answer in the expert's place from here on. A draft of the expert's stays theirs; the deputy begins an own one.

    Raises Invalid for a deputy who knows the patient of a request under a pseudonym, or must not learn who it is.
    """
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        if REQUEST.rule(request.status, "take_over").parties & parties(actor, request):
            must_be_able_to_read(actor.acting(), request)
        in_place = replace(actor, on_behalf_of=request.expert.user_id) if request.expert else actor
        _give(request, "take_over", in_place, parties(actor, request), to=actor.acting())
    return request


def hand_over(*, actor: Actor, request: ConsultRequest, to: Membership | None) -> None:
    """The expert has left: the deputy answers, or where none can the request ends and its requester is told.

    `request` and its case are locked by the caller, who acts because somebody has left and names a deputy who can.
    """
    leaving = frozenset({"leaving"})
    with transaction.atomic():
        if to is not None:
            _give(request, "hand_over", actor, leaving, to=to.pk)
            return
        request.ended_at, request.end_reason = clock.now(), LEFT
        perform(
            REQUEST,
            request,
            "expert_left",
            actor=actor,
            parties=leaving,
            case=request.case_id,
            patient=request.case.patient_id,
            changed=["ended_at", "end_reason"],
            reason_code=LEFT,
        )
        if request.report_id:
            _discard(actor, request)


def _give(request: ConsultRequest, action: str, actor: Actor, who: frozenset[str], *, to: UUID) -> None:
    before = request.expert_id
    request.expert_id = to
    perform(
        REQUEST,
        request,
        action,
        actor=actor,
        parties=who,
        case=request.case_id,
        patient=request.case.patient_id,
        changed=["expert"],
        facts={"from": str(before), "to": str(to)},
    )
    if request.status in TAKEN_UP and request.report_id:
        old = _discard(actor, request)
        request.report = start(
            actor=for_member(to, actor.door),
            case=request.case,
            language=old.language,
            accession_number=request.answering_accession_number,
        )
        request.save(update_fields=["report"])


def _discard(actor: Actor, request: ConsultRequest) -> Report:
    report = Report.objects.select_for_update().get(request=request)
    discard(actor=actor, report=report)
    return report
