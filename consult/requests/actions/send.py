"""Send a request: from here on the expert sees the case and the named slides."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen
from cases.access.sharing import must_be_shareable
from cases.access.view import case_view
from cases.basis.sending import keep
from consult.requests import first_report
from consult.requests.actions.lock import lock_request
from consult.requests.identity_check import flags, named, seeming
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties
from consult.requests.readiness import basis_of, legal_basis_of, missing_for_sending
from consult.requests.record import TAKEN, take
from consult.requests.shares import SHARE, as_sent_to
from consult.requests.states import REQUEST
from core import clock, terms
from core.actor import Actor
from core.errors import Invalid
from core.workflow.engine import perform

WORKING_HOURS_A_DAY = 8


def send(
    *, actor: Actor, request_id: UUID, version: int, seen: Seen | None, texts_checked: bool = False
) -> ConsultRequest:
    """Check that the request is complete, keep what was sent, and tell the expert.

    Raises Invalid with every field that is missing, or under a pseudonym with `texts_checked` where a text seems to
    name the patient and nobody has said that it does not; also with it where a text can name nobody else. Conflict when
    the draft was last saved for another state of the patient or case than the one on the screen.
    """
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        REQUEST.rule(request.status, "send")
        at = clock.now()
        under, legal = basis_of(request), legal_basis_of(request)
        if request.expert is not None:
            must_be_shareable(as_sent_to(request, request.expert, at), legal.known)
        if missing := missing_for_sending(request, under, legal):
            raise Invalid(_("The request is not complete."), fields=missing)
        view = case_view(actor, request.case)
        flagged = flags(request, view)
        if must_change := named(flagged):
            raise Invalid(_("Some of this says who the patient is."), fields=must_change)
        if not texts_checked and flagged:
            raise Invalid(
                _("Some of this seems to say who the patient is."), fields={"texts_checked": seeming(flagged)}
            )
        request.agreement = under.agreement if under else None  # without one something was missing
        request.sent_at = at
        request.due_at = due_at(request.priority, at)
        request.first_report = first_report.newest(request.case_id)
        take(request, view)
        perform(
            REQUEST,
            request,
            "send",
            actor=actor,
            parties=parties(actor, request),
            case=request.case_id,
            patient=request.case.patient_id,
            changed=["sent_at", "due_at", "first_report", "agreement", *TAKEN],
            facts={
                "slides": request.slides.count(),
                "expert": str(request.expert_id),
                "agreement": str(request.agreement_id or ""),
                "legal_rule": legal.applied.name,
            },
        )
        keep(actor, request.case_id, SHARE, request.pk, legal)
    return request


def due_at(priority: str, sent: datetime) -> datetime:
    """When the answer is due: the priority's target hours, in real time.

    Targets in working hours count eight to a working day, Monday to Friday in UTC; calendars of laboratories and
    their holidays refine this where they are kept. Source: value set `priorities`, confirmed by each site.
    """
    facts = terms.item("priorities", priority).facts
    hours = float(facts["target_hours"])
    if facts["clock"] != "working":
        return sent + timedelta(hours=hours)
    moment, days = sent, hours / WORKING_HOURS_A_DAY
    while days > 0:
        moment += timedelta(days=1)
        if moment.weekday() < 5:
            days -= 1
    return moment
