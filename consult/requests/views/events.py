"""The timeline of a request in words: what happened, who did it for which laboratory, when."""

from consult.requests.models import ConsultRequest
from consult.requests.states import REQUEST
from core.workflow.models import TimelineEntry

ICONS = {
    "create": "circle",
    "send": "send",
    "accept": "person-check",
    "ask": "question-diamond",
    "reply": "reply",
    "confirm_identity": "check2-circle",
    "add_slides": "plus-circle",
    "give_number": "hash",
    "answer": "pen",
    "acknowledge": "check2-all",
    "close": "archive",
    "decline": "dash-circle",
    "withdraw": "x-circle",
    "discard": "trash",
}


def events_of(request: ConsultRequest) -> list[dict[str, object]]:
    """For templates/components/timeline.html, oldest first; each save of the draft is left out."""
    entries = TimelineEntry.objects.filter(noun="request", noun_id=request.pk).exclude(action="edit")
    return [_event(entry) for entry in entries.order_by("at", "id")]


def _event(entry: TimelineEntry) -> dict[str, object]:
    rule = REQUEST.table.get((entry.from_status, entry.action))
    who = ", ".join(part for part in (entry.person_name, entry.organisation_name) if part)
    return {
        "icon": ICONS.get(entry.action, "dot"),
        "title": rule.label if rule else entry.action,
        "detail": who,
        "reason": entry.reason,
        "at": entry.at,
        "zone": "zone",
    }
