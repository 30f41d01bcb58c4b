"""Give a person a new password; every other session of theirs ends by it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts import sessions
from accounts.models import User
from core.actor import Actor
from core.audit import names
from core.audit.record import record

SET = names.register("person.password_set", gettext_lazy("Password set"))


def set_password(*, actor: Actor, user: User, password: str, keep: UUID | None = None) -> None:
    """Hash and keep it. The door has proved who asks, by the old password or a mailed link, and checked the rules.

    Every session ends but the one in which it was done (`keep`).
    """
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        sessions.end(user, but=keep)
        record(actor, SET, object_kind="person", object_id=user.pk)
