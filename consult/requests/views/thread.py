"""What expert and requester asked and said, as every page shows it: who, when, what was ticked, and the words."""

from dataclasses import dataclass

from consult.requests.models import Message
from consult.requests.models.message import Kind
from consult.requests.views.screen import Screen
from core import terms


@dataclass(frozen=True, slots=True)
class Said:
    """One message with what was asked for in words. A question may have no text of its own, only these."""

    message: Message
    codes: list[str]

    @property
    def is_question(self) -> bool:
        """Whether it asks; else it answers."""
        return self.message.kind == Kind.QUESTION


def thread(seen: Screen) -> list[Said]:
    """Everything that was said about the request, the oldest first; nothing where its case is withheld."""
    if seen.view.is_withheld:
        return []
    return [_said(message, seen) for message in seen.request.messages.all()]


def last_question(seen: Screen) -> Said | None:
    """What the expert asked last: the question that a reply answers."""
    message = seen.request.messages.filter(kind=Kind.QUESTION).order_by("at").last()
    return _said(message, seen) if message else None


def _said(message: Message, seen: Screen) -> Said:
    if seen.names_unknown:
        message.text, message.at = seen.view.text(message.text), None  # type: ignore[assignment]  # to show, not to save
    return Said(message, [terms.label("information_requests", code) for code in message.codes])
