"""Which notifications an actor sees: the own ones; as an administrator those that people of the laboratory got."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import policy
from accounts.models import Membership
from core.actor import Actor
from notifications.hooks import subject_of
from notifications.models import Notification


def visible_notifications(actor: Actor) -> QuerySet[Notification]:
    """The person's own inbox, newest first."""
    return Notification.objects.filter(recipient=actor.person).order_by("-created_at", "-id")


def told_at_the_laboratory(actor: Actor) -> QuerySet[Notification]:
    """What people were told while they belonged to an organisation that the actor administers, and to no other: what
    somebody hears elsewhere, or did before or after, is that laboratory's."""
    if actor.is_system or policy.is_platform_admin(actor):
        return Notification.objects.all()
    then = Membership.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=OuterRef("created_at")),
        user=OuterRef("recipient"),
        valid_from__lte=OuterRef("created_at"),
    )
    own = policy.administered(actor).values("pk")
    here, elsewhere = then.filter(organisation__in=own), then.exclude(organisation__in=own)
    return Notification.objects.filter(Exists(here), ~Exists(elsewhere))


def page(actor: Actor, *, before: UUID | None = None, only_unread: bool = False, size: int) -> list[Notification]:
    """Up to `size` of them, older than the one called `before` where it is given (nothing for an unknown one)."""
    rows = visible_notifications(actor)
    if before is not None:
        last = rows.filter(pk=before).first()
        if last is None:
            return []
        rows = rows.filter(Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, id__lt=last.pk))
    if only_unread:
        rows = rows.filter(read_at__isnull=True)
    return list(rows[:size])


def unread(actor: Actor) -> tuple[int, bool]:
    """How many are unread, at most 100 are counted; and whether one of these needs an act of the person."""
    kinds = visible_notifications(actor).filter(read_at__isnull=True).values_list("kind", flat=True)[:100]
    found = list(kinds)
    return len(found), any(subject_of(kind).needs_action for kind in set(found))


def unread_count(actor: Actor) -> int:
    """How many are unread; at most 100 are counted."""
    return visible_notifications(actor).filter(read_at__isnull=True).order_by()[:100].count()
