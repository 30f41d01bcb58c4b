"""Confirm a new e-mail address: from now on the person signs in with it, and passwords are reset there."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import sessions
from accounts.effects import ADDRESS_CHANGED_MAIL
from accounts.models import AddressChange, User
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Conflict, Forbidden, Hidden
from core.jobs.queue import dedupe_key, enqueue

CONFIRMED = names.register("person.address_confirmed", gettext_lazy("New e-mail address confirmed"))


def confirm_address(*, actor: Actor, change_id: UUID) -> User:
    """Put the new address in force, end every session of the person and tell the old address.

    The link proves who reads the new address; that the actor is the person whose account it is proves the rest, so an
    administrator can take over no account with an address of their own. Raises Hidden for a link that leads nowhere,
    Forbidden for another person's, Conflict when it was used, replaced, is too old, or the address was taken.
    """
    with transaction.atomic():
        change = AddressChange.objects.select_for_update(of=("self",)).filter(pk=change_id).first()
        if change is None:
            raise Hidden(_("This link leads nowhere."))
        if change.person_id != actor.person:
            raise Forbidden(_("This link is for another account. Sign in with that one, then open the link again."))
        if change.confirmed_at or change.withdrawn_at or change.expires_at <= clock.now():
            raise Conflict(_("This link no longer works. Ask your administrator to change the address again."))
        if User.objects.filter(email__iexact=change.new_email).exclude(pk=change.person_id).exists():
            raise Conflict(_("Somebody else has this address."))
        person = User.objects.select_for_update().get(pk=change.person_id)
        person.email = change.new_email
        person.save(update_fields=["email"])
        EmailAddress.objects.filter(user=person).delete()  # allauth would still find the person by the old one
        change.confirmed_at = clock.now()
        change.save(update_fields=["confirmed_at"])
        sessions.end_all(person)
        record(actor, CONFIRMED, object_kind="person", object_id=person.pk, facts={"change": str(change.pk)})
        enqueue(ADDRESS_CHANGED_MAIL, subject=change.pk, key=dedupe_key(ADDRESS_CHANGED_MAIL, change.pk))
    return person
