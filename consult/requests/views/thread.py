"""What expert and requester asked and said, as every page shows it: who, when, what was ticked, and the words."""

from dataclasses import dataclass
from datetime import datetime

from consult.requests.models import Message
from consult.requests.models.message import Kind
from consult.requests.views.screen import Screen
from core import terms


@dataclass(frozen=True, slots=True)
class Said:
    """One message as its reader may know it: `asked_for` is `codes` in words, and a question may have no text besides.

    Names are taken out of `text` where the reader meets the patient under a pseudonym, and `at` is None where that one
    is not the request's own.
    """

    kind: str
    codes: list[str]
    text: str
    author_name: str
    at: datetime | None

    @property
    def is_question(self) -> bool:
        """Whether it asks; else it answers."""
        return self.kind == Kind.QUESTION

    @property
    def asked_for(self) -> list[str]:
        """The codes in words."""
        return [terms.label("information_requests", code) for code in self.codes]


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
    at = None if seen.names_unknown else message.at
    return Said(message.kind, message.codes, seen.view.text(message.text), message.author_name, at)
