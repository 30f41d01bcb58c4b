"""Who acts for whom: deputies while somebody is away, and whoever must hear of it when somebody has left."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Absence, Membership
from accounts.roles import REQUEST, SIGN


def away() -> QuerySet[Membership]:
    """The memberships whose members are away now."""
    absences = Absence.objects.in_force().filter(membership=OuterRef("pk"))
    return Membership.objects.filter(Exists(absences))


def stood_in_for(membership: UUID | None) -> QuerySet[Membership]:
    """Those for whom this member stands in now: away, and this member is their deputy."""
    return away().filter(deputy=membership) if membership else Membership.objects.none()


def deputy_of(membership: Membership) -> Membership | None:
    """The deputy who can act: a member of the same organisation in force, in a role that can do the same work."""
    if membership.deputy_id is None:
        return None
    found = Membership.objects.active().select_related("user", "organisation").filter(pk=membership.deputy_id).first()
    return found if found and may_stand_in(found, membership) else None


def may_stand_in(deputy: Membership, member: Membership) -> bool:
    """Whether the roles allow it: who signs is stood in for by somebody who signs."""
    needed = SIGN if member.role in SIGN else REQUEST
    return (
        deputy.organisation_id == member.organisation_id and deputy.user_id != member.user_id and deputy.role in needed
    )


def who_is_told(membership: Membership) -> set[UUID]:
    """Who hears what concerns a member: the member, while away the deputy too, after leaving the deputy alone.

    Without a deputy everybody of the organisation who asks experts hears what concerned somebody who has left, so that
    nothing waits for nobody. Three queries at most.
    """
    deputy = deputy_of(membership)
    if Membership.objects.active().filter(pk=membership.pk).exists():
        is_away = deputy is not None and away().filter(pk=membership.pk).exists()
        return {membership.user_id, *([deputy.user_id] if deputy and is_away else [])}
    if deputy is not None:
        return {deputy.user_id}
    rest = Membership.objects.active().filter(organisation=membership.organisation_id, role__in=REQUEST)
    return set(rest.values_list("user", flat=True))
