"""Add specimen parts, blocks and slides to a case."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.actions.fields import MaterialFields
from cases.actions.insert import insert_material
from cases.models import Case
from cases.policy import parties
from cases.states import CASE
from core.actor import Actor
from core.errors import Invalid
from core.workflow.engine import perform


def add_material(*, actor: Actor, case_id: UUID, seen: Seen | None, material: MaterialFields) -> Case:
    """Add to an open case of the own laboratory. Raises Hidden, Forbidden, Conflict, or Invalid by field."""
    with transaction.atomic():
        case = lock_case(actor, case_id, seen)
        known = set(case.specimens.values_list("label", flat=True))
        if found := material.problems(known):
            raise Invalid(_("The material was not added."), fields=found)
        perform(CASE, case, "add_material", actor=actor, parties=parties(actor, case), case=case.pk)
        insert_material([(case, material)])
    return case
