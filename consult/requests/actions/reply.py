"""Give the information that the expert asked for."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen
from consult.requests.actions.lock import lock_request
from consult.requests.identity_check import must_not_name
from consult.requests.models import ConsultRequest, Message
from consult.requests.models.message import Kind
from consult.requests.policy import parties
from consult.requests.states import REQUEST
from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.workflow.engine import perform


def reply(
    *, actor: Actor, request_id: UUID, version: int, seen: Seen | None, text: str, texts_checked: bool = False
) -> ConsultRequest:
    """Answer; the request is the expert's again, due later by as long as the question stood open.

    Any pathologist of the asking laboratory may. Raises Invalid for a text that names a patient under a pseudonym,
    unless `texts_checked`.
    """
    if not text.strip():
        raise Invalid(_("The answer is empty."), fields={"text": _("Write the answer.")})
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        must_not_name(actor, request, {"text": text}, checked=texts_checked)
        question = request.messages.filter(kind=Kind.QUESTION).last()
        if request.due_at and question:
            request.due_at += clock.now() - question.at
        at = perform(
            REQUEST,
            request,
            "reply",
            actor=actor,
            parties=parties(actor, request),
            case=request.case_id,
            patient=request.case.patient_id,
            changed=["due_at"],
        )
        Message.objects.create(
            request=request, kind=Kind.REPLY, text=text.strip(), author_id=actor.who(), author_name=actor.name, at=at
        )
    return request
