"""Edit what a case says without touching who or what it is: organ system, priority, clinical details."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.actions.fields import CaseFields
from cases.models import Case
from cases.policy import parties
from cases.states import CASE
from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.workflow.engine import check_version, perform


def edit(*, actor: Actor, case_id: UUID, version: int, seen: Seen | None, fields: CaseFields) -> Case:
    """Change the texts of an open case. A changed accession number or date of receipt is `correct`, not this."""
    if found := fields.problems(clock.now()):
        raise Invalid(_("The case was not changed."), fields=found)
    with transaction.atomic():
        case = lock_case(actor, case_id, seen)
        names = ("history", "organ_system", "priority", "language")
        check_version(case, version, current={name: getattr(case, name) for name in names})
        case.organ_system, case.priority = fields.organ_system, fields.priority
        case.history, case.language = fields.history, fields.language
        changed = ["organ_system", "priority", "history", "language"]
        perform(
            CASE,
            case,
            "edit",
            actor=actor,
            parties=parties(actor, case),
            case=case.pk,
            patient=case.patient_id,
            changed=changed,
        )
    return case
