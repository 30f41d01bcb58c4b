"""Moves a noun: the only code that writes a status.

An action function locks (the case rows first, then the noun, through the actor's scope), checks versions and
input, and then calls `perform` (or `created` for a new noun) inside its transaction.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext

from core import clock
from core.actor import Actor
from core.audit.record import record
from core.errors import Conflict, Forbidden
from core.jobs.queue import dedupe_key, enqueue
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
    share: UUID | None = None,
    changed: Collection[str] = (),
    reason: str = "",
    reason_code: str = "",
    facts: dict[str, object] | None = None,
) -> datetime:
    """Move `noun` by `action`; the moment it happened. Call in a transaction, with the rows locked.

    `parties` is what the actor is to this noun. `changed` names the fields that the caller has already set on the
    noun. Writes status and version with update_fields, the timeline row, the audit row and the jobs, and calls the
    listeners. Raises Conflict where the table has no rule and Forbidden where the actor is no party to it.
    """
    _must_be_in_transaction()
    rule = machine.rule(noun.status, action)
    if not rule.parties & parties:
        raise Forbidden(gettext("You can see this, but this step is for somebody else."))
    before = noun.status
    noun.status = rule.to
    noun.version += 1
    noun.save(update_fields=sorted({*changed, "status", "version"}))
    return _trace(
        machine,
        noun,
        action,
        rule,
        before,
        actor,
        case=case,
        patient=patient,
        share=share,
        reason=reason,
        reason_code=reason_code,
        facts=facts or {},
    )


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
    _must_be_in_transaction()
    rule = machine.rule("", action)
    if not rule.parties & parties:
        raise Forbidden(gettext("Your role does not allow this."))
    if noun.status != rule.to:
        raise ValueError(f"A new {machine.noun} must start as {rule.to!r}, not {noun.status!r}.")
    return _trace(
        machine,
        noun,
        action,
        rule,
        "",
        actor,
        case=case,
        patient=patient,
        share=None,
        reason="",
        reason_code="",
        facts=facts or {},
    )


def _trace(
    machine: Machine,
    noun: Noun,
    action: str,
    rule: Rule,
    before: str,
    actor: Actor,
    *,
    case: UUID | None,
    patient: UUID | None,
    share: UUID | None,
    reason: str,
    reason_code: str,
    facts: dict[str, object],
) -> datetime:
    at = clock.now()
    TimelineEntry.objects.create(
        at=at,
        noun=machine.noun,
        noun_id=noun.pk,
        case=case,
        action=action,
        from_status=before,
        to_status=rule.to,
        person=actor.person,
        person_name=actor.name,
        role=actor.role,
        organisation=actor.organisation,
        organisation_name=actor.organisation_name,
        reason=reason,
        facts={**facts, "version": noun.version},
    )
    record(
        actor,
        rule.audit,
        object_kind=machine.noun,
        object_id=noun.pk,
        object_version=noun.version,
        case=case,
        patient=patient,
        share=share,
        reason=reason_code,
        facts=facts,
    )
    for kind in rule.effects:
        enqueue(kind, subject=noun.pk, key=dedupe_key(kind, noun.pk, noun.version), request_id=actor.request_id)
    run_after_transition(Transition(machine.noun, noun.pk, case, action, before, rule.to, actor))
    return at


def _must_be_in_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("An action must run in a transaction.")
