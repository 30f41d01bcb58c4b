"""States what a standing exclusion denies: its case, to its person, whatever else opens it to them."""

from collections.abc import Collection, Iterable
from uuid import UUID

from cases.exclusions.models import Exclusion, Reason
from cases.exclusions.states import EXCLUSION, Status
from cases.hooks import DenialSpec
from cases.models.denial import Kind


def of_exclusions(case_ids: Collection[UUID]) -> Iterable[DenialSpec]:
    """One for each. Which of the reasons about the person it was stays with the exclusion, where fewer read it."""
    for each in Exclusion.objects.filter(case__in=case_ids, status=Status.STANDING):
        kind = Kind.OBJECTION if each.reason == Reason.PATIENT else Kind.CONFLICT
        yield DenialSpec(each.case_id, each.person_id, kind, EXCLUSION.noun, each.pk, each.recorded_at)
