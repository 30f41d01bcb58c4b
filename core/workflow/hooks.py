"""`after_transition`: what rooms above do in the same transaction once nouns have moved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.actor import Actor


@dataclass(frozen=True, slots=True)
class Transition:
    """A noun has moved (or has been made, when `from_status` is empty)."""

    noun: str
    noun_id: UUID
    case: UUID | None
    action: str
    from_status: str
    to_status: str
    actor: Actor


Listener = Callable[[Sequence[Transition]], None]
_listeners: list[Listener] = []


def after_transition(listener: Listener) -> Listener:
    """Register a function of the transitions of one act (one, or many of a bulk act), in its transaction.

    Functions run in the order of registration.
    """
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def run_after_transition(transitions: Sequence[Transition]) -> None:
    """Call every listener."""
    for listener in _listeners:
        listener(transitions)


def listeners() -> list[Listener]:
    """Every registered listener."""
    return list(_listeners)
