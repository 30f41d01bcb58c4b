"""What a mail's job is about: a notification, named by the number of its subject."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.audit.hooks import noun
from notifications.queries import told_at_the_laboratory


def _notifications(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    rows = told_at_the_laboratory(actor).filter(pk__in=keys).exclude(number="")
    return dict(rows.values_list("pk", "number"))


NOTIFICATION = noun("notification", _("Notification"), named=_notifications)
