"""What rooms above do, in the same transaction, when a person joins, leaves, changes role or works in another way, and
when an organisation gets another place."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from core.actor import Actor


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A person who no longer is what they were in an organisation; `actor` is who ended or changed it."""

    person: UUID
    organisation: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class WorkChanged:
    """A membership that is new, or whose absence, deputy or last day is another now; `actor` is who changed it."""

    membership: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class InvitationAccepted:
    """An invitation that was accepted, and the membership that it made."""

    invitation: UUID
    membership: UUID


@dataclass(frozen=True, slots=True)
class OrganisationMoved:
    """An organisation whose country, kind or place in the hierarchy is another now; `actor` is who changed it."""

    organisation: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class OpenWork:
    """A piece of work that somebody has open: its number, and the name of who takes it over if its membership ends.

    `to` is empty where nobody does: it then goes back to whoever asked for it, or, a draft of their own, is discarded.
    """

    membership: UUID
    number: str
    to: str
    is_draft: bool = False


Listener = Callable[[MemberLeft], None]
WorkSource = Callable[[Collection[UUID]], Iterable[OpenWork]]
EndSource = Callable[[UUID], Iterable[str]]
MoveListener = Callable[[OrganisationMoved], None]
AcceptedListener = Callable[[InvitationAccepted], None]
WorkListener = Callable[[WorkChanged], None]
_listeners: list[Listener] = []
_work_listeners: list[WorkListener] = []
_accepted_listeners: list[AcceptedListener] = []
_move_listeners: list[MoveListener] = []
_work_sources: list[WorkSource] = []
_end_sources: list[EndSource] = []


def member_left(listener: Listener) -> Listener:
    """Register a function that runs in the transaction in which a membership ended or changed."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def run_member_left(left: MemberLeft) -> None:
    """Call every listener."""
    for listener in _listeners:
        listener(left)


def has_open_work(source: WorkSource) -> WorkSource:
    """Register a function that says what these memberships have open. It asks nobody's rights."""
    if source not in _work_sources:
        _work_sources.append(source)
    return source


def open_work(memberships: Collection[UUID]) -> list[OpenWork]:
    """What would go on to others if these memberships ended now."""
    return [work for source in _work_sources for work in source(memberships)]


def holds_organisation(source: EndSource) -> EndSource:
    """Register a function that says, a sentence each, what goes on in an organisation that would have no end if it were
    closed. It asks nobody's rights."""
    if source not in _end_sources:
        _end_sources.append(source)
    return source


def still_open(organisation: UUID) -> list[str]:
    """What the rooms above say goes on in it."""
    return [sentence for source in _end_sources for sentence in source(organisation)]


def absence_changed(listener: WorkListener) -> WorkListener:
    """Register a function that runs in the transaction in which somebody became a member, or their absence, deputy or
    last day changed."""
    if listener not in _work_listeners:
        _work_listeners.append(listener)
    return listener


def run_work_changed(changed: WorkChanged) -> None:
    """Call every listener."""
    for listener in _work_listeners:
        listener(changed)


def invitation_accepted(listener: AcceptedListener) -> AcceptedListener:
    """Register a function that runs in the transaction in which an invitation was accepted."""
    if listener not in _accepted_listeners:
        _accepted_listeners.append(listener)
    return listener


def run_invitation_accepted(accepted: InvitationAccepted) -> None:
    """Call every listener."""
    for listener in _accepted_listeners:
        listener(accepted)


def organisation_moved(listener: MoveListener) -> MoveListener:
    """Register a function that runs in the transaction in which an organisation got another country, kind or place."""
    if listener not in _move_listeners:
        _move_listeners.append(listener)
    return listener


def run_organisation_moved(moved: OrganisationMoved) -> None:
    """Call every listener."""
    for listener in _move_listeners:
        listener(moved)


def registrants() -> list[str]:
    """Who listens, as dotted names; one test lists them."""
    every = (*_listeners, *_work_listeners, *_accepted_listeners, *_move_listeners, *_work_sources, *_end_sources)
    return [f"{each.__module__}.{each.__qualname__}" for each in every]
