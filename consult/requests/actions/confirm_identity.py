"""Confirm that a request stands for the patient and the case as they are now, after something in them was changed."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen
from cases.access.view import case_view
from cases.basis.sending import keep
from consult.requests.actions.lock import lock_request
from consult.requests.drift import Kind
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties
from consult.requests.readiness import legal_basis_of
from consult.requests.record import TAKEN, take
from consult.requests.shares import SHARE
from consult.requests.since_sent import since_sent
from consult.requests.states import REQUEST
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.workflow.engine import perform


def confirm_identity(*, actor: Actor, request_id: UUID, version: int, seen: Seen | None) -> ConsultRequest:
    """Keep patient, accession number, material and clinical details as they are now as what was asked about.

    Any pathologist of the asking laboratory may, while the request runs. The expert is told; a preview of the opinion
    that was made before cannot be signed any more. It is shared for another patient like a request that is sent: raises
    Invalid where what the rule asks for is not recorded for them. Conflict where nothing is different.
    """
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        view = case_view(actor, request.case)
        found = since_sent(request, view)
        before = request.as_sent.get("patient", {}).get("id")
        legal = legal_basis_of(request) if any(each.kind == Kind.OTHER_PATIENT for each in found) else None
        if legal:  # before the step, because the grants follow it
            keep(actor, request.case_id, SHARE, request.pk, legal)
        take(request, view)
        perform(
            REQUEST,
            request,
            "confirm_identity",
            actor=actor,
            parties=parties(actor, request),
            case=request.case_id,
            patient=request.case.patient_id,
            changed=TAKEN,
            facts={"different": [each.kind.value for each in found], "patient_before": before},
        )
        if not found:  # after whose step it is: that is not told by what the case says
            raise nothing_to_confirm()
        if legal and legal.missing:
            words = _("It cannot be confirmed for this patient. %(reasons)s")
            raise Invalid(words % {"reasons": " ".join(legal.missing.values())}, fields=legal.missing)
    return request


def nothing_to_confirm() -> Conflict:
    """What is said where the request stands for what is there already."""
    return Conflict(_("The patient and the case are as they were sent: there is nothing to confirm."))
