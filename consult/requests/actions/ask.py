"""Ask the requester for information; the expert's clock stands still until it comes."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen
from consult.requests.actions.lock import lock_request
from consult.requests.models import ConsultRequest, Message
from consult.requests.models.message import Kind
from consult.requests.policy import parties
from consult.requests.states import REQUEST
from core import terms
from core.actor import Actor
from core.errors import Invalid
from core.workflow.engine import perform


def ask(
    *, actor: Actor, request_id: UUID, version: int, seen: Seen | None, text: str, codes: Collection[str] = ()
) -> ConsultRequest:
    """Ask. `codes` name what is wanted, from the information requests; `text` says it in words."""
    if unknown := set(codes) - set(terms.codes("information_requests")):
        raise Invalid(_("This cannot be asked for."), fields={"codes": ", ".join(sorted(unknown))})
    if not text.strip() and not codes:
        missing = {"text": _("Write your question, or choose what is missing.")}
        raise Invalid(_("Say what you need to know."), fields=missing)
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        at = perform(
            REQUEST,
            request,
            "ask",
            actor=actor,
            parties=parties(actor, request),
            case=request.case_id,
            patient=request.case.patient_id,
        )
        Message.objects.create(
            request=request,
            kind=Kind.QUESTION,
            codes=sorted(codes),
            text=text.strip(),
            author_id=actor.who(),
            author_name=actor.name,
            at=at,
        )
    return request
