"""Which notifications an actor sees: the own ones."""

from django.db.models import QuerySet

from core.actor import Actor
from notifications.models import Notification


def visible_notifications(actor: Actor) -> QuerySet[Notification]:
    """The person's own inbox, newest first."""
    return Notification.objects.filter(recipient=actor.person).order_by("-created_at", "-id")


def unread_count(actor: Actor) -> int:
    """How many are unread; at most 100 are counted."""
    return visible_notifications(actor).filter(read_at__isnull=True).order_by()[:100].count()
