"""Mark notifications as read."""

from collections.abc import Collection
from uuid import UUID

from core import clock
from core.actor import Actor
from notifications.queries import visible_notifications


def mark_read(*, actor: Actor, ids: Collection[UUID] | None = None) -> int:
    """Mark the actor's own notifications (all unread ones when `ids` is None); the number marked."""
    rows = visible_notifications(actor).filter(read_at__isnull=True)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return rows.update(read_at=clock.now())


def mark_subject_read(*, actor: Actor, subject: UUID) -> int:
    """Mark everything about one subject, when its page was opened."""
    return visible_notifications(actor).filter(read_at__isnull=True, subject=subject).update(read_at=clock.now())
