"""Close a request, saying what became of the opinion; the expert's access to the slides ends."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen
from consult.requests.actions.lock import lock_request
from consult.requests.identity_check import must_not_name
from consult.requests.models import ConsultRequest
from consult.requests.models.request import Use
from consult.requests.policy import parties
from consult.requests.states import REMIND_TO_CLOSE, REQUEST
from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.jobs.queue import cancel
from core.workflow.engine import perform


def close(
    *,
    actor: Actor,
    request_id: UUID,
    version: int,
    seen: Seen | None,
    use: str,
    use_note: str = "",
    final_report_reference: str = "",
    texts_checked: bool = False,
) -> ConsultRequest:
    """Record adopted, partly or not adopted (both with a note why), the own final report's reference, and close.

    Raises Invalid for texts that name a patient under a pseudonym, unless `texts_checked`.
    """
    problems = {}
    if use not in Use.values:
        problems["use"] = _("Say whether the opinion was adopted.")
    elif use != Use.ADOPTED and not use_note.strip():
        problems["use_note"] = _("Say what was not adopted, and why.")
    if len(use_note) > 500:
        problems["use_note"] = _("This is too long: at most 500 characters.")
    if len(final_report_reference) > 60:
        problems["final_report_reference"] = _("This is too long: at most 60 characters.")
    if problems:
        raise Invalid(_("The request was not closed."), fields=problems)
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        texts = {"use_note": use_note, "final_report_reference": final_report_reference}
        must_not_name(actor, request, texts, checked=texts_checked)
        request.use, request.use_note = use, use_note.strip()
        request.final_report_reference, request.ended_at = final_report_reference.strip(), clock.now()
        perform(
            REQUEST,
            request,
            "close",
            actor=actor,
            parties=parties(actor, request),
            case=request.case_id,
            patient=request.case.patient_id,
            changed=["use", "use_note", "final_report_reference", "ended_at"],
            reason_code=use,
        )
        cancel(REMIND_TO_CLOSE, request.pk)
    return request
