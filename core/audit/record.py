"""Writes audit rows. Nothing else does."""

from collections.abc import Iterable
from uuid import UUID

from core.actor import Actor, Purpose
from core.audit import names
from core.audit.models import AuditEvent, Outcome


class UnknownName(Exception):
    """The action's name was never registered in core.audit.names."""


def record(
    actor: Actor,
    action: str,
    *,
    outcome: Outcome = Outcome.SUCCESS,
    object_kind: str = "",
    object_id: UUID | str = "",
    object_version: int | None = None,
    case: UUID | None = None,
    patient: UUID | None = None,
    share: UUID | None = None,
    reason: str = "",
    facts: dict[str, object] | None = None,
) -> AuditEvent:
    """Write one row in the current transaction, so that an act without its row cannot commit.

    `reason` is a code and `facts` hold ids, counts and filters: what a record says never goes into the log.
    Raises UnknownName for an action nobody registered.
    """
    row = event(
        actor,
        action,
        outcome=outcome,
        object_kind=object_kind,
        object_id=object_id,
        object_version=object_version,
        case=case,
        patient=patient,
        share=share,
        reason=reason,
        facts=facts,
    )
    row.save(force_insert=True)
    return row


def record_many(rows: Iterable[AuditEvent]) -> None:
    """Write rows that `event` made, in one statement and in their order."""
    AuditEvent.objects.bulk_create(rows)


def event(
    actor: Actor,
    action: str,
    *,
    outcome: Outcome = Outcome.SUCCESS,
    object_kind: str = "",
    object_id: UUID | str = "",
    object_version: int | None = None,
    case: UUID | None = None,
    patient: UUID | None = None,
    share: UUID | None = None,
    reason: str = "",
    facts: dict[str, object] | None = None,
) -> AuditEvent:
    """A row that is not written yet; see `record`."""
    if not names.known(action):
        raise UnknownName(action)
    return AuditEvent(
        action=action,
        outcome=outcome,
        person=actor.person,
        person_name=actor.name,
        membership=actor.membership,
        role=actor.role,
        on_behalf_of=actor.on_behalf_of,
        organisation=actor.organisation,
        organisation_name=actor.organisation_name,
        object_kind=object_kind,
        object_id=str(object_id),
        object_version=object_version,
        case=case,
        patient=patient,
        share=share,
        purpose=_purpose(actor, action, object_kind),
        reason=reason,
        facts=facts or {},
        door=actor.door,
        session=actor.session,
        request_id=actor.request_id,
        address=actor.address,
    )


def _purpose(actor: Actor, action: str, object_kind: str) -> Purpose:
    """What the system does, and what is done in an emergency, is that whatever is done; all else is by what is done."""
    if actor.purpose != Purpose.TREATMENT:
        return actor.purpose
    return names.purpose_of(actor.role, action, object_kind) or actor.purpose
