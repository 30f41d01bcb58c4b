"""End an emergency access before its time, or when its time is over."""

from uuid import UUID

from django.db import transaction

from cases.emergency.actions.lock import lock_emergency
from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import as_holder, parties
from cases.emergency.states import EMERGENCY, RUN_OUT
from core import clock
from core.actor import Actor
from core.jobs.queue import cancel
from core.workflow.engine import perform


def end(*, actor: Actor, access_id: UUID, version: int | None = None) -> EmergencyAccess:
    """End it now: by its holder, or by the case's own laboratory. Next page at once, next tile within five seconds."""
    with transaction.atomic():
        access = lock_emergency(actor, access_id, version=version)
        _move(access, "end", actor)
        cancel(RUN_OUT, access.pk)
    return access


def run_out(*, actor: Actor, access: EmergencyAccess) -> None:
    """Its time is over: a step of the system. Call in a transaction, with the access locked."""
    _move(access, "run_out", actor)


def _move(access: EmergencyAccess, action: str, actor: Actor) -> None:
    EMERGENCY.rule(access.status, action)
    access.ended_at = min(clock.now(), access.ends_at)
    perform(
        EMERGENCY,
        access,
        action,
        actor=as_holder(actor, access),
        parties=parties(actor, access),
        case=access.case_id,
        patient=access.case.patient_id,
        changed=["ended_at"],
    )
