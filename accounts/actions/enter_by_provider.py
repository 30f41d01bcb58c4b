"""Come in by an organisation's identity provider: as whoever is known there, or for the first time."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy

from accounts import actors, identities
from accounts.actions.link_identity import join, record_link
from accounts.hooks import WorkChanged, run_work_changed
from accounts.models import Identity, IdentityProvider, Membership, User
from accounts.oidc.client import Claims
from accounts.oidc.refusals import SignInRefused
from accounts.told_of_sign_in import JOINED, tell
from core import clock
from core.actor import Actor, Door
from core.audit import names
from core.audit.record import record

MEMBER_JOINED = names.register("membership.joined", gettext_lazy("Membership begun by single sign-on"))


def enter_by_provider(*, actor: Actor, provider_id: UUID, claims: Claims) -> User:
    """The person whom these claims name, once they may come in; the session is the door's to make.

    By issuer and subject alone. Somebody unknown becomes a person and a member where the organisation wants that
    (`new_role`), and so does somebody known who was never a member of it; whose membership has ended does not come
    back by it. The organisation's administrators are told of each. `actor` is nobody yet. Raises SignInRefused.
    """
    with transaction.atomic():
        rows = IdentityProvider.objects.select_related("organisation").select_for_update(of=("self",), no_key=True)
        provider = rows.filter(pk=provider_id, organisation__is_active=True).first()
        if provider is None or provider.issuer != claims.issuer:
            raise SignInRefused("stale")
        known = Identity.objects.select_related("person").filter(issuer=claims.issuer, subject=claims.subject).first()
        if known is None and not provider.new_role:
            raise SignInRefused("unknown")
        person = known.person if known else _new_person(provider, claims)
        if not person.is_active:
            raise SignInRefused("left", person=person.pk)
        if not identities.is_member(person, provider):
            _join(actor, person, provider)
        if known is None:
            known, _is_new = join(person, claims)
            record_link(_as_member(actor, person, provider), person, provider)
        known.used_at = clock.now()
        known.save(update_fields=["used_at"])
    return person


def _new_person(provider: IdentityProvider, claims: Claims) -> User:
    try:
        validate_email(claims.email)
    except ValidationError as error:
        raise SignInRefused("no_particulars") from error
    if not claims.given_name or not claims.family_name:
        raise SignInRefused("no_particulars")
    if not claims.is_email_confirmed:  # or whoever may enter any address there would take one that is another's
        raise SignInRefused("address_unconfirmed")
    person = User(email=User.objects.normalize_email(claims.email), language="")
    person.given_name, person.family_name = claims.given_name[:100], claims.family_name[:100]
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise SignInRefused("address_taken") from error
    return person


def _join(actor: Actor, person: User, provider: IdentityProvider) -> None:
    """Become a member, of the provider's own organisation, who never was one. Raises SignInRefused."""
    was = Membership.objects.filter(identities.within(provider.organisation_id), user=person)
    if not provider.new_role or was.exists():
        raise SignInRefused("not_a_member", person=person.pk)
    made = Membership.objects.create(user=person, organisation=provider.organisation, role=provider.new_role)
    facts: dict[str, object] = {"person": str(person.pk), "role": made.role, "issuer": provider.issuer}
    member = _as_member(actor, person, provider)
    record(member, MEMBER_JOINED, object_kind="membership", object_id=made.pk, facts=facts)
    run_work_changed(WorkChanged(made.pk, member))
    tell(JOINED, provider.organisation_id, person.pk)


def _as_member(actor: Actor, person: User, provider: IdentityProvider) -> Actor:
    """The person themselves, in what they are there."""
    rows = [each for each in actors.memberships_of(person) if each.organisation_id == provider.organisation_id]
    return actors.actor_for(person, rows[0] if rows else None, door=Door.WEB, address=actor.address)
