"""Deactivate a person: nobody signs in as them any more."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy, sessions
from accounts.actions import leave
from accounts.models import Membership, User
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Conflict, Forbidden

DEACTIVATED = names.register("person.deactivated", gettext_lazy("Person deactivated"))


def deactivate(*, actor: Actor, person_id: UUID) -> User:
    """End the account with every membership and session. What the person did and signed stays as it is.

    An invitation brings the person back. Raises Hidden for a person whom the actor does not administer, Forbidden for
    oneself and for somebody who also belongs to another laboratory or has left this one, Conflict when it is done
    already.
    """
    with transaction.atomic():
        person = _lock(actor, person_id)
        person.is_active = False
        person.save(update_fields=["is_active"])
        at = clock.now()
        current = Membership.objects.not_ended().filter(user=person).select_related("user")
        for membership in current.select_for_update(of=("self",), no_key=True).order_by("pk"):
            leave.end(membership, actor=actor, at=at)
        sessions.end_all(person)
        record(actor, DEACTIVATED, object_kind="person", object_id=person.pk)
    return person


def check(*, actor: Actor, person_id: UUID) -> None:
    """Refuse as deactivate would now, and do nothing: for a page that asks first, and says what would end."""
    with transaction.atomic():
        _lock(actor, person_id)


def _lock(actor: Actor, person_id: UUID) -> User:
    person = policy.lock_person(actor, person_id)
    must_deactivate(actor, person)
    return person


def must_deactivate(actor: Actor, person: User) -> None:
    """Refuse oneself, and who is deactivated already; of a person whose account is the actor's to correct."""
    if person.pk == actor.person:
        raise Forbidden(_("You cannot deactivate yourself. Ask another administrator."))
    if not person.is_active:
        raise Conflict(_("This person is deactivated already."))
