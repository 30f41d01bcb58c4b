"""Give the answering laboratory's own accession number, before signing."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen
from consult.requests.actions.lock import lock_request
from consult.requests.models import ConsultRequest
from consult.requests.numbers import ONCE, check_number, taken
from consult.requests.policy import parties
from consult.requests.states import REQUEST
from core.actor import Actor
from core.errors import Invalid
from core.workflow.engine import perform


def give_number(
    *, actor: Actor, request_id: UUID, version: int, seen: Seen | None, accession_number: str
) -> ConsultRequest:
    """Set or correct the number on the request and on the draft of its report.

    Raises Invalid for one that the laboratory gave to another request or that another case of its own has.
    """
    number = accession_number.strip()
    if not number or len(number) > 40:
        message = _("Enter your laboratory's accession number, at most 40 characters.")
        raise Invalid(message, fields={"accession_number": message})
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        if REQUEST.rule(request.status, "give_number").parties & parties(actor, request):
            check_number(request, request.answering_organisation_id, number)
        request.answering_accession_number = number
        try:
            with transaction.atomic():
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
        except IntegrityError as error:
            if ONCE not in str(error):
                raise
            raise taken() from error
        if request.report is not None:
            request.report.accession_number = number
            request.report.save(update_fields=["accession_number"])
    return request
