"""Say who one is at an organisation's identity provider, and take that back."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import identities
from accounts.models import Identity, IdentityProvider, User
from accounts.notices import tell
from accounts.oidc.client import Claims
from accounts.oidc.refusals import SignInRefused
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Conflict, Hidden

LINKED = names.register("identity.linked", gettext_lazy("Single sign-on linked"))
UNLINKED = names.register("identity.unlinked", gettext_lazy("Single sign-on unlinked"))


def link_identity(*, actor: Actor, provider: IdentityProvider, claims: Claims) -> Identity:
    """The person's own, at the provider of an organisation they belong to. The door has a fresh proof of them.

    The person is told by mail. Raises SignInRefused for one that is another person's, or where they do not belong.
    """
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=actor.who())
        if not identities.is_member(person, provider):
            raise SignInRefused("not_a_member", person=person.pk)
        made, is_new = join(person, claims)
        if is_new:
            record_link(actor, person, provider)
            tell(person.pk, "identity_linked")
    return made


def join(person: User, claims: Claims) -> tuple[Identity, bool]:
    """The row that says so, and whether it is new. Raises SignInRefused where it is another person's."""
    try:
        with transaction.atomic():
            given = {"issuer": claims.issuer, "subject": claims.subject}
            found, is_new = Identity.objects.get_or_create(**given, defaults={"person": person})
    except IntegrityError as error:
        raise SignInRefused("linked_to_another") from error
    if found.person_id != person.pk:
        raise SignInRefused("linked_to_another", person=found.person_id)
    return found, is_new


def record_link(actor: Actor, person: User, provider: IdentityProvider) -> None:
    """What the audit keeps: at whose issuer, never under which name."""
    facts: dict[str, object] = {"organisation": str(provider.organisation_id), "issuer": provider.issuer}
    record(actor, LINKED, object_kind="person", object_id=person.pk, facts=facts)


def unlink_identity(*, actor: Actor, identity_id: UUID) -> None:
    """One's own no longer opens the account. Raises Hidden for another's, Conflict for the only way in."""
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=actor.who())
        found = Identity.objects.filter(pk=identity_id, person=person).first()
        if found is None:
            raise Hidden(_("This is not there."))
        if not identities.has_other_way_in(person, but=found):
            raise Conflict(_("This is your only way in. Set up a passkey or choose a password first."))
        found.delete()
        facts: dict[str, object] = {"issuer": found.issuer}
        record(actor, UNLINKED, object_kind="person", object_id=person.pk, facts=facts)
        tell(person.pk, "identity_unlinked")
