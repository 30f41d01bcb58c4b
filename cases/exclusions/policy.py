"""Who reads whom a case is closed to, and why: those who may record it, in the case's own laboratory."""

from django.db.models import QuerySet

from accounts.roles import EDIT_CASES
from cases.access import branches
from cases.exclusions.models import Exclusion
from core.actor import Actor


def visible_exclusions(actor: Actor) -> QuerySet[Exclusion]:
    """Those about the own laboratory's cases, for the roles that enter them; never one's own, nor a machine's to read.

    Who is kept out of a case sees nothing of it, so that nobody lifts what stands against themselves.
    """
    if actor.role not in EDIT_CASES:
        return Exclusion.objects.none()
    at_home = branches.home(actor).filter(branches.not_denied(actor))
    return Exclusion.objects.filter(case__in=at_home)
