"""What happened to a request: which of its steps are shown, and under which icons."""

from cases.access.view import CaseView
from consult.requests.models import ConsultRequest
from consult.requests.record import names_unknown
from consult.requests.states import REQUEST
from core.workflow.events import Events, events
from core.workflow.models import TimelineEntry

ICONS = {
    "create": "circle",
    "send": "send",
    "accept": "person-check",
    "ask": "question-diamond",
    "reply": "reply",
    "confirm_identity": "check2-circle",
    "take_over": "person-check",
    "hand_over": "person-check",
    "open_by_name": "exclamation-diamond-fill",
    "expert_left": "person-x",
    "add_slides": "plus-circle",
    "give_number": "hash",
    "answer": "pen",
    "acknowledge": "check2-all",
    "close": "archive",
    "decline": "dash-circle",
    "withdraw": "x-circle",
    "discard": "trash",
    "requester_left": "trash",
}


def events_of(request: ConsultRequest, view: CaseView | None = None) -> Events:
    """Its steps as the reader of `view` may know them; each save of the draft is left out.

    Under a pseudonym without the reasons of a request that was sent by name: they may tell it. Those of one that was
    sent under it stand without the patient, by what is known today.
    """
    entries = TimelineEntry.objects.filter(noun=REQUEST.noun, noun_id=request.pk)
    return events(
        entries.exclude(action="edit"),
        ICONS,
        with_reasons=view is None or not names_unknown(request, view),
        known_at=view.moment if view else None,
        known_text=view.text if view else str,
    )
