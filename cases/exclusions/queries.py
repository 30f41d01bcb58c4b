"""Who can be kept out of a case: the members of its own laboratory, and whom a share opens it to now or later."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.models import Membership
from accounts.roles import EDIT_CASES
from cases.access import branches
from cases.exclusions.models import Exclusion
from cases.exclusions.states import Status
from cases.models import Case
from cases.who import laboratories_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be kept out; `organisation` is short, '' for the case's own laboratory."""

    id: UUID
    name: str
    organisation: str


def candidates(case: Case) -> list[Candidate]:
    """Those who are not kept out already, the own laboratory's first. Four queries at most."""
    members = Membership.objects.active().filter(organisation=case.organisation_id).select_related("user")
    own = {each.user_id: each.user.printed_name for each in members.order_by("user__family_name", "user_id")}
    permission = branches.permission_id(branches.VIEW_CASE)
    grants = branches.anybodys_standing().filter(content_object=case.pk, permission=permission).select_related("user")
    others = {each.user_id: each.user.printed_name for each in grants.order_by("user__family_name", "user_id")}
    labs = laboratories_of(others.keys() - own.keys()) if others.keys() - own.keys() else {}
    kept = set(_standing(case.pk))
    found = [Candidate(person, name, "") for person, name in own.items()]
    found += [Candidate(each, name, labs.get(each, "")) for each, name in others.items() if each not in own]
    return [each for each in found if each.id not in kept]


def somebody_is_left(case: Case, without: UUID) -> bool:
    """Whether anybody but this person could still let somebody into the case again. Two queries."""
    editors = Membership.objects.active().filter(organisation=case.organisation_id, role__in=EDIT_CASES)
    return editors.exclude(user__in=[*_standing(case.pk), without]).exists()


def _standing(case_id: UUID) -> Iterable[UUID]:
    return Exclusion.objects.filter(case=case_id, status=Status.STANDING).values_list("person", flat=True)
