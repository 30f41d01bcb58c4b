"""Who can be kept out of a case: who belongs to its own laboratory, or will, and whom a share opens it to, or will."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.models import Membership
from accounts.roles import EDIT_CASES
from cases.access import branches
from cases.exclusions.models import Exclusion
from cases.exclusions.states import Status
from cases.models import Case
from cases.who import reading_for


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be kept out; `organisation` is short, '' for the case's own laboratory."""

    id: UUID
    name: str
    organisation: str


def candidates(case: Case) -> list[Candidate]:
    """Those who are not kept out already, the own laboratory's first. Four queries at most."""
    members = Membership.objects.not_ended().filter(organisation=case.organisation_id, user__is_active=True)
    members = members.select_related("user")
    own = {each.user_id: each.user.printed_name for each in members.order_by("user__family_name", "user_id")}
    permission = branches.permission_id(branches.VIEW_CASE)
    grants = branches.anybodys_standing().filter(content_object=case.pk, permission=permission)
    grants = grants.select_related("user", "share__organisation").exclude(user__in=own)
    rows = list(grants.order_by("user__family_name", "user_id", "valid_from", "pk"))
    labs, others = reading_for(rows), dict[UUID, dict[str, None]]()
    for each in rows:
        others.setdefault(each.user_id, {}).setdefault(labs[each.pk])
    names = {each.user_id: each.user.printed_name for each in rows}
    kept = set(_standing(case.pk))
    found = [Candidate(person, name, "") for person, name in own.items()]
    found += [Candidate(person, names[person], ", ".join(of)) for person, of in others.items()]
    return [each for each in found if each.id not in kept]


def nobody_is_left(case: Case, person: UUID, actor: UUID) -> bool:
    """Whether nobody but the actor could let somebody into the case again, were this person kept out too. Two queries.

    So that it does not hang on one who may leave. In a laboratory of which these two are all who enter cases, one may
    keep out the other, whose conflict of interest is as real as in a large one; but not themselves after that.
    """
    members = Membership.objects.active().filter(organisation=case.organisation_id, role__in=EDIT_CASES)
    editors = set(members.values_list("user", flat=True))
    others = editors - {person, actor}
    if others - set(_standing(case.pk)):
        return False
    return person == actor or (person in editors and bool(others))


def _standing(case_id: UUID) -> Iterable[UUID]:
    return Exclusion.objects.filter(case=case_id, status=Status.STANDING).values_list("person", flat=True)
