"""Correct a person's printed name; ask for a new e-mail address."""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy
from accounts.effects import ADDRESS_ASKED_MAIL, ADDRESS_CONFIRM_MAIL
from accounts.models import AddressChange, User
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Invalid
from core.jobs.queue import dedupe_key, enqueue
from core.letters import written

EDITED = names.register("person.edited", gettext_lazy("Person corrected"))
ADDRESS_ASKED = names.register("person.address_asked", gettext_lazy("New e-mail address asked for"))
LIFE = timedelta(days=7)


def edit_person(*, actor: Actor, person_id: UUID, title: str, given_name: str, family_name: str, email: str) -> User:
    """Write what differs. Signatures keep the name they were made with.

    A new address waits until the person has opened the link that is mailed there (confirm_address): it is where
    passwords are reset. Both addresses get a mail. Raises Hidden for a person whom the actor does not administer,
    Forbidden for somebody who also belongs to another laboratory, Invalid for an address that is none or is taken.
    """
    with transaction.atomic():
        person = policy.lock_person(actor, person_id)
        wanted = {
            "title": written(title),
            "given_name": written(given_name),
            "family_name": written(family_name),
        }
        address = User.objects.normalize_email(email)
        _check(person, {**wanted, "email": address})
        changed = [name for name, value in wanted.items() if getattr(person, name) != value]
        for name in changed:
            setattr(person, name, wanted[name])
        if changed:
            person.save(update_fields=changed)
            record(actor, EDITED, object_kind="person", object_id=person.pk, facts={"fields": changed})
        if address != person.email:
            _ask(actor, person, address)
    return person


def _ask(actor: Actor, person: User, address: str) -> None:
    """Let the address wait for its owner, in the place of one that waits already, and tell both mailboxes."""
    at = clock.now()
    waiting = AddressChange.objects.filter(person=person, confirmed_at=None, withdrawn_at=None)
    if waiting.filter(new_email=address, expires_at__gt=at).exists():
        return
    waiting.update(withdrawn_at=at)
    change = AddressChange.objects.create(
        person=person,
        old_email=person.email,
        new_email=address,
        asked_by_id=actor.person,
        created_at=at,
        expires_at=at + LIFE,
    )
    record(actor, ADDRESS_ASKED, object_kind="person", object_id=person.pk, facts={"change": str(change.pk)})
    for mail in (ADDRESS_CONFIRM_MAIL, ADDRESS_ASKED_MAIL):
        enqueue(mail, subject=change.pk, key=dedupe_key(mail, change.pk))


def _check(person: User, wanted: dict[str, str]) -> None:
    missing = {name: _("This is needed.") for name in ("given_name", "family_name") if not wanted[name]}
    if missing:
        raise Invalid(_("A person has a given name and a family name."), fields=missing)
    try:
        validate_email(wanted["email"])
    except ValidationError as error:
        raise Invalid(_("This is not an e-mail address."), fields={"email": " ".join(error.messages)}) from error
    if User.objects.filter(email__iexact=wanted["email"]).exclude(pk=person.pk).exists():
        words = _("Somebody else has this address.")
        raise Invalid(words, fields={"email": words})
