"""Accept a request: the answer becomes the expert's to give, under the answering laboratory's own number."""

from uuid import UUID

from django.db import IntegrityError, transaction

from cases.access.lock import Seen
from consult.reports.actions.start import start
from consult.requests.actions.lock import lock_request
from consult.requests.blind import must_be_able_to_read
from consult.requests.models import ConsultRequest
from consult.requests.numbers import ONCE, check_number, taken
from consult.requests.policy import parties
from consult.requests.states import REQUEST
from core import clock
from core.actor import Actor
from core.workflow.engine import perform


def accept(
    *, actor: Actor, request_id: UUID, version: int, seen: Seen | None, accession_number: str = ""
) -> ConsultRequest:
    """Take the request and start the draft of the opinion.

    `accession_number` is the answering laboratory's own; it may follow later, but nothing can be signed without it.
    The second of two who accept at once meets a Conflict. Raises Invalid for a number that the laboratory gave before,
    and for whoever knows the patient of a request under a pseudonym.
    """
    number = accession_number.strip()
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        rule = REQUEST.rule(request.status, "accept")
        if rule.parties & parties(actor, request):
            must_be_able_to_read(actor.acting(), request)
        request.accepted_at = clock.now()
        request.answering_organisation_id = actor.organisation
        if number and rule.parties & parties(actor, request):
            check_number(request, actor.organisation, number)
        request.answering_accession_number = number
        changed = ["accepted_at", "answering_organisation", "answering_accession_number"]
        try:
            with transaction.atomic():
                perform(
                    REQUEST,
                    request,
                    "accept",
                    actor=actor,
                    parties=parties(actor, request),
                    case=request.case_id,
                    patient=request.case.patient_id,
                    changed=changed,
                )
        except IntegrityError as error:
            if ONCE not in str(error):
                raise
            raise taken() from error
        request.report = start(
            actor=actor,
            case=request.case,
            language=_language(request),
            accession_number=request.answering_accession_number,
        )
        request.save(update_fields=["report"])
    return request


def _language(request: ConsultRequest) -> str:
    """The language of the opinion: the one in which both laboratories report, else English."""
    own = request.expert.organisation.language[:2] if request.expert else request.language
    return own if own == request.language else "en"
