"""Correct a person's printed name and e-mail address."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy
from accounts.models import User
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Invalid

EDITED = names.register("person.edited", gettext_lazy("Person corrected"))


def edit_person(*, actor: Actor, person_id: UUID, title: str, given_name: str, family_name: str, email: str) -> User:
    """Write what differs. Signatures keep the name they were made with.

    Raises Hidden for a person whom the actor does not administer, Forbidden for somebody who also belongs to another
    laboratory (the address is where passwords are reset), Invalid for an address that is none or is taken.
    """
    with transaction.atomic():
        person = policy.lock_person(actor, person_id)
        wanted = {
            "title": title.strip(),
            "given_name": given_name.strip(),
            "family_name": family_name.strip(),
            "email": User.objects.normalize_email(email.strip()),
        }
        _check(person, wanted)
        changed = [name for name, value in wanted.items() if getattr(person, name) != value]
        for name in changed:
            setattr(person, name, wanted[name])
        if changed:
            person.save(update_fields=changed)
            record(actor, EDITED, object_kind="person", object_id=person.pk, facts={"fields": changed})
    return person


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
