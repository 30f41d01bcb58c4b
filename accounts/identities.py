"""Whom an organisation's identity provider may speak for: its members, and of them alone those who are only its own."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Identity, IdentityProvider, Membership, Organisation, User
from accounts.oidc.client import Claims

PROVIDER = "provider"  # where allauth's records and ours name a kind of proof: it was given there


def standing_providers() -> QuerySet[IdentityProvider]:
    """Those of active organisations, by name: what the sign-in page offers to everybody."""
    return IdentityProvider.objects.filter(organisation__is_active=True).select_related("organisation")


def within(organisation: UUID) -> Q:
    """Of this organisation, or of one that belongs to it: a hospital group signs in its laboratories' people.

    There are three levels (accounts.models.organisation.Kind).
    """
    above = ("organisation", "organisation__parent", "organisation__parent__parent")
    return Q(*((each, organisation) for each in above), _connector=Q.OR)


def serving(organisation: Organisation) -> list[IdentityProvider]:
    """This organisation's, and those of the ones above it."""
    parent = organisation.parent
    above = [organisation.pk, organisation.parent_id, parent.parent_id if parent else None]
    return list(standing_providers().filter(organisation__in=[each for each in above if each]))


def is_member(person: User, provider: IdentityProvider) -> bool:
    """Whether the person belongs to the provider's organisation now."""
    return Membership.objects.active().filter(within(provider.organisation_id), user=person).exists()


def is_wholly_of(person: User, organisation: UUID) -> bool:
    """Whether the person belongs to this organisation (or those that belong to it) and to no other.

    An organisation's word opens only what is its own: for somebody who works elsewhere too, or who runs the
    installation, the provider's second factor and its fresh proof do not count, and ours are asked.
    """
    elsewhere = Membership.objects.not_ended().filter(user=person).exclude(within(organisation))
    return not person.is_platform_admin and not elsewhere.exists()


def second_factor_counts(person: User, provider: IdentityProvider, claims: Claims) -> bool:
    """Whether the provider says that it asked for a second factor, in one of the ways that count, of its own person."""
    return bool(claims.values & set(provider.factor_values)) and is_wholly_of(person, provider.organisation_id)


def providers_of(person: User) -> list[IdentityProvider]:
    """By which the person can sign in: known at the issuer, and a member."""
    known = Identity.objects.filter(person=person, issuer=OuterRef("issuer"))
    found = standing_providers().filter(Exists(known)).order_by("organisation__name")
    return [each for each in found if is_member(person, each)]


def proving_provider(person: User) -> IdentityProvider | None:
    """Where somebody without a password here proves anew who they are; None for everybody else."""
    if person.has_usable_password():
        return None
    return next((each for each in providers_of(person) if is_wholly_of(person, each.organisation_id)), None)


def linkable_providers(person: User) -> list[IdentityProvider]:
    """Those of the organisations that the person belongs to."""
    return [each for each in standing_providers().order_by("organisation__name") if is_member(person, each)]


def has_other_way_in(person: User, *, but: Identity) -> bool:
    """Whether the person can sign in without this identity: password, passkey, or another identity that opens."""
    if (
        person.has_usable_password()
        or Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).exists()
    ):
        return True
    others = set(Identity.objects.filter(person=person).exclude(pk=but.pk).values_list("issuer", flat=True))
    return any(each.issuer in others for each in providers_of(person))


def only_by(provider: IdentityProvider) -> list[User]:
    """The provider's members who have no other way in than it: neither a password nor a passkey here, by name."""
    members = Membership.objects.active().filter(within(provider.organisation_id), user=OuterRef("pk"))
    passkeys = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.WEBAUTHN)
    known = Identity.objects.filter(person=OuterRef("pk"), issuer=provider.issuer)
    found = User.objects.filter(Exists(members), Exists(known), ~Exists(passkeys), is_active=True)
    return [each for each in found.order_by("family_name", "given_name") if not each.has_usable_password()]
