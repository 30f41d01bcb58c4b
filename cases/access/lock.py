"""Locks a case for a write: case rows first, in key order, through the actor's scope."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from cases.access.queries import visible_cases
from cases.models import Case
from core.actor import Actor
from core.errors import Conflict, Hidden


@dataclass(frozen=True, slots=True)
class Seen:
    """The versions that were on the screen: the case's identity version and the patient's version."""

    case: int
    patient: int


def lock_case(actor: Actor, case_id: UUID, seen: Seen | None = None) -> Case:
    """Lock one case for this transaction.

    The patient is read when the lock is held: joined to a query that waits, it would be the one from before the wait.
    Raises Hidden if the actor may not see the case, and Conflict if the patient or the case's identity is no longer
    what was on the screen; `seen` is None only for doors without a screen.
    """
    case = (
        visible_cases(actor).select_related("organisation").select_for_update(of=("self",)).filter(pk=case_id).first()
    )
    if case is None:
        raise Hidden(_("There is nothing here that you may see."))
    check_seen(case, seen)
    return case


def check_seen(case: Case, seen: Seen | None) -> None:
    """Conflict (409) when the case or its patient is no longer the one that was on the screen."""
    if seen is not None and seen != Seen(case.identity_version, case.patient.version):
        raise Conflict(
            _("The patient or the case was corrected after you opened this page. Check who this is, then try again."),
            current={"case_version": case.identity_version, "patient_version": case.patient.version},
        )


def lock_rows(case_ids: Collection[UUID]) -> list[Case]:
    """Lock cases for the system itself (reconciling), in key order."""
    return list(Case.objects.select_for_update().filter(pk__in=case_ids).order_by("pk"))
