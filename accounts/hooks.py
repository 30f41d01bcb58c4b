"""`member_left`: what rooms above do, in the same transaction, when a person loses a membership or changes role."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from core.actor import Actor


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A person who no longer is what they were in an organisation; `actor` is who ended or changed it."""

    person: UUID
    organisation: UUID
    actor: Actor


Listener = Callable[[MemberLeft], None]
_listeners: list[Listener] = []


def member_left(listener: Listener) -> Listener:
    """Register a function that runs in the transaction in which a membership ended or changed."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def run_member_left(left: MemberLeft) -> None:
    """Call every listener."""
    for listener in _listeners:
        listener(left)


def registrants() -> list[str]:
    """Who listens, as dotted names; one test lists them."""
    return [f"{each.__module__}.{each.__qualname__}" for each in _listeners]
