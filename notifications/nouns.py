"""What a mail's job is about: a notification, named by the number of its subject."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts import policy
from core.actor import Actor
from core.audit.hooks import noun
from notifications.models import Notification


def _notifications(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    rows = Notification.objects.filter(pk__in=keys, recipient__in=policy.administered_people(actor)).exclude(number="")
    return dict(rows.values_list("pk", "number"))


NOTIFICATION = noun("notification", _("Notification"), named=_notifications)
