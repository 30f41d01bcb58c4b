"""Who sees a patient's objection: readers of the case's own laboratory, and nobody else."""

from django.db.models import QuerySet

from cases.access import branches
from cases.objections.models import Objection
from core.actor import Actor


def visible_objections(actor: Actor) -> QuerySet[Objection]:
    """Those about the own laboratory's cases. Who reads by a share hears only that the share has ended."""
    at_home = branches.home(actor).filter(branches.not_denied(actor))
    return Objection.objects.filter(case__in=at_home)
