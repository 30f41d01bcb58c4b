"""Which notifications an actor sees: the own ones."""

from uuid import UUID

from django.db.models import Q, QuerySet

from core.actor import Actor
from notifications.hooks import subject_of
from notifications.models import Notification


def visible_notifications(actor: Actor) -> QuerySet[Notification]:
    """The person's own inbox, newest first."""
    return Notification.objects.filter(recipient=actor.person).order_by("-created_at", "-id")


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
