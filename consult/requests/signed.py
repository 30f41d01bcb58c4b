"""What a signature does to its request: it is answered, and keeps what it rests on, in the same transaction."""

from datetime import timedelta

from consult.reports.models import Report, ReportVersion
from consult.requests import first_report
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties, with_people
from consult.requests.states import REMIND_TO_CLOSE, REQUEST, Status
from core import clock
from core.actor import Actor
from core.jobs.queue import dedupe_key, enqueue
from core.workflow.engine import perform

REMIND_AFTER = timedelta(days=30)  # of the opinion, while the request keeps its slides open


def answer(actor: Actor, report: Report, version: ReportVersion) -> None:
    """Move the request to answered; a report that answers no request, or answered it before, is left alone.

    The case is locked by the signing, so that a withdrawal and a signature cannot both happen.
    """
    requests = with_people(ConsultRequest.objects.filter(report=report)).select_for_update(of=("self",))
    request = requests.first()
    if request is None or request.status in {Status.ANSWERED, Status.ACKNOWLEDGED, Status.CLOSED}:
        return
    request.answered_at = clock.now()
    request.first_report_signed = first_report.current(request)
    perform(
        REQUEST,
        request,
        "answer",
        actor=actor,
        parties=parties(actor, request),
        case=request.case_id,
        patient=report.case.patient_id,
        changed=["answered_at", "first_report_signed"],
        facts={"report_version": version.number},
    )
    enqueue(
        REMIND_TO_CLOSE,
        subject=request.pk,
        key=dedupe_key(REMIND_TO_CLOSE, request.pk),
        due_at=request.answered_at + REMIND_AFTER,
        request_id=actor.request_id,
    )
