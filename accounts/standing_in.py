"""Who acts for whom: deputies while somebody is away, and whoever must hear of it when somebody has left."""

from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

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

    Who has come back hears it again, by the membership of now. Without a deputy everybody of the organisation who asks
    experts hears what concerned somebody who has left, so that nothing waits for nobody. Three queries at most.
    """
    needed = SIGN if membership.role in SIGN else REQUEST
    same = Q(user=membership.user_id, organisation=membership.organisation_id, role__in=needed)
    itself_first = Case(When(pk=membership.pk, then=0), default=1)
    found = Membership.objects.active().filter(Q(pk=membership.pk) | same).order_by(itself_first, "-valid_from")
    present = found.first()
    deputy = deputy_of(present or membership)
    if present is not None:
        is_away = deputy is not None and away().filter(pk=present.pk).exists()
        return {present.user_id, *([deputy.user_id] if deputy and is_away else [])}
    if deputy is not None:
        return {deputy.user_id}
    return who_ask(membership.organisation_id)


def who_ask(organisation: UUID) -> set[UUID]:
    """Everybody of an organisation who asks experts. One query."""
    members = Membership.objects.active().filter(organisation=organisation, role__in=REQUEST)
    return set(members.values_list("user", flat=True))
