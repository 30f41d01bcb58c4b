"""Close a case, and open it again."""

from uuid import UUID

from django.db import transaction

from cases.access.lock import Seen, lock_case
from cases.models import Case
from cases.policy import parties
from cases.states import CASE
from core.actor import Actor
from core.workflow.engine import perform


def close(*, actor: Actor, case_id: UUID, seen: Seen | None) -> Case:
    """Take an open case out of the work in hand."""
    return _move("close", actor, case_id, seen)


def reopen(*, actor: Actor, case_id: UUID, seen: Seen | None) -> Case:
    """Bring a closed case back."""
    return _move("reopen", actor, case_id, seen)


def _move(action: str, actor: Actor, case_id: UUID, seen: Seen | None) -> Case:
    with transaction.atomic():
        case = lock_case(actor, case_id, seen)
        perform(CASE, case, action, actor=actor, parties=parties(actor, case), case=case.pk, patient=case.patient_id)
    return case
