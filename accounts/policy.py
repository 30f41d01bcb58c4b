"""Which organisations, people and invitations an actor may see and administer."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Invitation, Membership, Organisation, User
from accounts.roles import ADMINISTER
from core.actor import Actor


def is_platform_admin(actor: Actor) -> bool:
    """Whether this person runs the installation. One query."""
    return (
        actor.person is not None
        and User.objects.filter(pk=actor.person, is_active=True, is_platform_admin=True).exists()
    )


def administered(actor: Actor) -> QuerySet[Organisation]:
    """The organisations whose people this actor administers: the own lab, all for the system and its administrator."""
    if not actor.is_person or is_platform_admin(actor):
        return Organisation.objects.all()
    if actor.role in ADMINISTER and actor.organisation:
        return Organisation.objects.filter(pk=actor.organisation)
    return Organisation.objects.none()


def visible_invitations(actor: Actor) -> QuerySet[Invitation]:
    """The invitations into the organisations the actor administers."""
    return Invitation.objects.filter(organisation__in=administered(actor))


def colleagues(actor: Actor) -> QuerySet[Membership]:
    """Everybody a signed-in member may look up as a colleague: current members of active organisations."""
    if actor.membership is None:
        return Membership.objects.none()
    return Membership.objects.active().select_related("user", "organisation")


def experts(actor: Actor, *, text: str = "", organ_system: str = "", lab: UUID | None = None) -> QuerySet[Membership]:
    """Pathologists who can be asked: by name or lab name, subspecialty and lab; never the actor."""
    found = colleagues(actor).filter(role="pathologist").exclude(user=actor.person)
    for word in text.split():
        found = (
            found.filter(user__family_name__icontains=word)
            | found.filter(user__given_name__icontains=word)
            | found.filter(organisation__name__icontains=word)
        )
    if organ_system:
        found = found.filter(expertise__organ_system=organ_system)
    if lab:
        found = found.filter(organisation=lab)
    return found.prefetch_related("expertise").order_by("user__family_name", "user__given_name").distinct()
