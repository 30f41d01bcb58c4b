"""Tell a person, in the inbox and by mail."""

from uuid import UUID

from django.db import transaction

from accounts.live import announce
from core import clock
from core.ids import new_id
from core.jobs.queue import enqueue
from notifications.effects import MAIL
from notifications.models import Notification


def notify(
    *,
    recipient: UUID,
    kind: str,
    subject: UUID,
    occasion: str,
    number: str = "",
    person_name: str = "",
    urgent: bool = False,
) -> None:
    """Add a row to the inbox and a mail to the queue, once per (kind, subject, recipient, occasion).

    Call in the transaction that caused it (or in an inside effect); open pages of the person hear of it after the
    commit.
    """
    key = f"{kind}:{subject}:{recipient}:{occasion}"
    notification = Notification(
        id=new_id(),
        recipient_id=recipient,
        kind=kind,
        subject=subject,
        number=number,
        person_name=person_name,
        urgent=urgent,
        created_at=clock.now(),
        dedupe_key=key,
    )
    Notification.objects.bulk_create([notification], ignore_conflicts=True)
    enqueue(MAIL, subject=notification.pk, key=f"{MAIL}:{key}")
    transaction.on_commit(lambda: announce(recipient, notification=str(notification.pk)))
