"""Locks what a record concerns: its case, or every case of the patient in the laboratory, in key order."""

from uuid import UUID

from django.utils.translation import gettext as _

from cases.access.lock import Seen, check_seen, lock_rows
from cases.access.queries import get_case
from cases.basis.actions.turns import beside_others
from cases.models import Case
from cases.policy import parties
from core.actor import Actor
from core.errors import Forbidden, Hidden


def lock_concerned(actor: Actor, case_id: UUID, seen: Seen | None, *, all_cases: bool) -> tuple[Case, list[Case]]:
    """The case on the screen, read when the lock is held, and all that are locked.

    Raises Hidden, Forbidden for a reader of a shared case, and Conflict where the patient is no longer the one that
    was on the screen.
    """
    beside_others()
    shown = get_case(actor, case_id)
    keys = {case_id}
    if all_cases:
        own = Case.objects.filter(patient=shown.patient_id, organisation=shown.organisation_id)
        keys |= set(own.values_list("pk", flat=True))
    locked = lock_rows(keys)
    case = get_case(actor, case_id)
    check_seen(case, seen)
    if case.patient_id != shown.patient_id:
        raise Hidden(_("There is nothing here that you may see."))
    if not parties(actor, case):
        raise Forbidden(_("You can see this case, but this is recorded by its own laboratory."))
    return case, locked
