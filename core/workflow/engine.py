"""Moves a noun: the only code that writes a status.

An action function locks (the case rows first, then the noun, through the actor's scope), checks versions and
input, and then calls `perform` (or `created` for a new noun) inside its transaction.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext

from core import clock
from core.actor import Actor
from core.audit.hooks import grounds_of
from core.audit.record import event, record_many
from core.errors import Conflict, Forbidden
from core.jobs.queue import dedupe_key, enqueue
from core.letters import written
from core.workflow.hooks import Transition, run_after_transition
from core.workflow.machine import Machine, Rule
from core.workflow.models import TimelineEntry


class Noun(Protocol):
    """A row with a status and a version."""

    status: str
    version: int

    @property
    def pk(self) -> UUID: ...

    def save(self, *, update_fields: Collection[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Traced:
    """A noun that has moved or was just inserted, what it belongs to, and what the log keeps about it."""

    noun: Noun
    case: UUID | None = None
    patient: UUID | None = None
    facts: dict[str, object] = field(default_factory=dict)


def check_version(noun: Noun, expected: int | None, *, current: dict[str, object] | None = None) -> None:
    """Conflict (409) if the noun is no longer the one that was on the screen. None skips the check (system doors)."""
    if expected is not None and noun.version != expected:
        raise Conflict(
            gettext("Somebody changed this while you were looking at it. Your text is kept: compare and try again."),
            current={"version": noun.version, **(current or {})},
        )


def perform(
    machine: Machine,
    noun: Noun,
    action: str,
    *,
    actor: Actor,
    parties: frozenset[str],
    case: UUID | None = None,
    patient: UUID | None = None,
    changed: Collection[str] = (),
    reason: str = "",
    reason_code: str = "",
    facts: dict[str, object] | None = None,
) -> datetime:
    """Move `noun` by `action`; the moment it happened. Call in a transaction, with the rows locked.

    `parties` is what the actor is to this noun. `changed` names the fields that the caller has already set on the
    noun. Writes status and version with update_fields, the timeline row, the audit row (with the share that opens the
    case to the actor) and the jobs, and calls the listeners. Raises Conflict where the table has no rule and Forbidden
    where the actor is no party to it.
    """
    _must_be_in_transaction()
    rule = machine.rule(noun.status, action)
    if not rule.parties & parties:
        raise Forbidden(gettext("You can see this, but this step is for somebody else."))
    before = noun.status
    noun.status = rule.to
    noun.version += 1
    noun.save(update_fields=sorted({*changed, "status", "version"}))
    moved = [Traced(noun, case, patient, facts or {})]
    return _trace(machine, moved, action, rule, before, actor, reason=reason, reason_code=reason_code)


def created(
    machine: Machine,
    noun: Noun,
    action: str,
    *,
    actor: Actor,
    parties: frozenset[str],
    case: UUID | None = None,
    patient: UUID | None = None,
    facts: dict[str, object] | None = None,
) -> datetime:
    """Trace a noun that was just inserted; `action` is in the table from the status '' (not yet made)."""
    return created_many(machine, [Traced(noun, case, patient, facts or {})], action, actor=actor, parties=parties)


def created_many(
    machine: Machine, made: Sequence[Traced], action: str, *, actor: Actor, parties: frozenset[str]
) -> datetime:
    """Trace many nouns that were inserted by one act: the same rows as for each alone, in a handful of statements."""
    _must_be_in_transaction()
    rule = machine.rule("", action)
    if not rule.parties & parties:
        raise Forbidden(gettext("Your role does not allow this."))
    if wrong := next((each.noun.status for each in made if each.noun.status != rule.to), None):
        raise ValueError(f"A new {machine.noun} must start as {rule.to!r}, not {wrong!r}.")
    return _trace(machine, made, action, rule, "", actor)


def _trace(
    machine: Machine,
    moved: Sequence[Traced],
    action: str,
    rule: Rule,
    before: str,
    actor: Actor,
    *,
    reason: str = "",
    reason_code: str = "",
) -> datetime:
    at = clock.now()
    TimelineEntry.objects.bulk_create(
        TimelineEntry(
            at=at,
            noun=machine.noun,
            noun_id=each.noun.pk,
            case=each.case,
            action=action,
            from_status=before,
            to_status=rule.to,
            person=actor.person,
            person_name=actor.name,
            role=actor.role,
            organisation=actor.organisation,
            organisation_name=actor.organisation_name,
            reason=written(reason),
            facts={**each.facts, "version": each.noun.version},
        )
        for each in moved
    )
    grounds = grounds_of(actor, {each.case for each in moved if each.case})
    own: tuple[Actor, UUID | None] = (actor, None)
    record_many(
        event(
            (grounds.get(each.case, own) if each.case else own)[0],
            rule.audit,
            object_kind=machine.noun,
            object_id=each.noun.pk,
            object_version=each.noun.version,
            case=each.case,
            patient=each.patient,
            share=(grounds.get(each.case, own) if each.case else own)[1],
            reason=reason_code,
            facts=each.facts,
        )
        for each in moved
    )
    for kind in rule.effects:
        for each in moved:
            key = dedupe_key(kind, each.noun.pk, each.noun.version)
            enqueue(kind, subject=each.noun.pk, key=key, request_id=actor.request_id)
    run_after_transition(
        [Transition(machine.noun, each.noun.pk, each.case, action, before, rule.to, actor) for each in moved]
    )
    return at


def _must_be_in_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("An action must run in a transaction.")
