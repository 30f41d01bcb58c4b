"""What the doors of the accounts room read."""

from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import first_day, places, policy
from accounts.factors import REAL
from accounts.links import invitation_id
from accounts.models import Absence, Invitation, MachineToken, Membership, Organisation, User
from accounts.models.invitation import WITH_HOST
from accounts.scopes import Scope
from core import clock, terms
from core.actor import Actor
from core.audit.models import CoreNow
from core.errors import Hidden

OPEN, USED, WITHDRAWN, TOO_OLD = "open", "used", "withdrawn", "too_old"
SHOWN = 100


def invitation_of(token: str) -> Invitation | None:
    """The invitation that a link leads to; None where the link was altered or cut."""
    found = invitation_id(token)
    if found is None:
        return None
    return Invitation.objects.select_related(*WITH_HOST).filter(pk=found).first()


def state_of(invitation: Invitation) -> str:
    """open, used, withdrawn or too_old."""
    if invitation.accepted_at:
        return USED
    if invitation.withdrawn_at:
        return WITHDRAWN
    return TOO_OLD if invitation.expires_at <= clock.now() else OPEN


def begins_later(invitation: Invitation) -> bool:
    """Whether the first day is still to come, so that accepting opens nothing yet."""
    at = clock.now()
    return first_day.begins(invitation.organisation, invitation.first_day, at) > at


def account_of(invitation: Invitation) -> User | None:
    """The active account that the invited address belongs to already."""
    return User.objects.filter(email__iexact=invitation.email, is_active=True).first()


def recent_invitations(actor: Actor) -> list[tuple[Invitation, str]]:
    """The newest invitations that the actor administers, each with its state."""
    rows = policy.visible_invitations(actor).select_related("organisation", "invited_by")[:SHOWN]
    return [(invitation, state_of(invitation)) for invitation in rows]


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as it is shown: its state (in_force, withdrawn, ended), and what it may in words."""

    token: MachineToken
    state: str
    scopes: list[str]


def token_row(token: MachineToken) -> TokenRow:
    """One of them."""
    state = "withdrawn" if token.withdrawn_at else "ended" if token.expires_at <= clock.now() else "in_force"
    words = dict(Scope.choices)
    return TokenRow(token, state, [str(words.get(each, each)) for each in token.scopes])


def recent_tokens(actor: Actor) -> list[TokenRow]:
    """The newest tokens that the actor may see."""
    found = policy.visible_tokens(actor).select_related("organisation", "created_by")[:SHOWN]
    return [token_row(each) for each in found]


def present_people(actor: Actor, text: str = "") -> QuerySet[User]:
    """The active people whom the actor administers now, by name; those whose name or address holds `text`."""
    found = policy.present_people(actor).filter(is_active=True)
    for word in text.split():
        found = found.filter(Q(family_name__icontains=word) | Q(given_name__icontains=word) | Q(email__icontains=word))
    return found.order_by("family_name", "given_name", "id")


def present_person(actor: Actor, person_id: UUID) -> User:
    """Somebody whom the actor administers now, or Hidden."""
    found = policy.present_people(actor).filter(pk=person_id).first()
    if found is None:
        raise Hidden(_("This person is not there."))
    return found


def present_member(actor: Actor, membership_id: UUID) -> Membership:
    """A membership that the actor administers and that has not ended, with `is_ahead`; or Hidden."""
    rows = Membership.objects.not_ended().with_ahead().filter(organisation__in=policy.administered(actor))
    found = rows.select_related("user", "organisation").prefetch_related("expertise").filter(pk=membership_id).first()
    if found is None:
        raise Hidden(_("This membership is not there."))
    return found


def administered_memberships_of(actor: Actor, *people: User) -> QuerySet[Membership]:
    """What these people are in the organisations that the actor administers, now or later; with `is_ahead`."""
    rows = Membership.objects.not_ended().with_ahead()
    rows = rows.filter(user__in=people, organisation__in=policy.administered(actor))
    return rows.select_related("organisation").order_by("valid_from", "id")


def not_begun(actor: Actor, text: str, present: QuerySet[User]) -> QuerySet[Membership]:
    """The memberships there that lie ahead, of active people who are not among the `present`; those whose name holds
    `text`: how these people sign in is nothing to this administrator yet, so nobody is found by an address.
    """
    rows = policy.administered_memberships(actor).filter(pk__in=Membership.objects.not_ended().values("pk"))
    ahead = rows.filter(valid_from__gt=CoreNow(), user__is_active=True).exclude(user__in=present)
    for word in text.split():
        ahead = ahead.filter(Q(user__family_name__icontains=word) | Q(user__given_name__icontains=word))
    return ahead.select_related("user", "organisation").order_by("valid_from", "id")


def ended(actor: Actor, text: str, present: QuerySet[User]) -> QuerySet[Membership]:
    """The memberships there that are over, the newest end first, of people who are not among the `present`; those whose
    name holds `text`. Of who has left it is told what they were there, and nothing of today."""
    rows = policy.administered_memberships(actor).filter(valid_until__lte=CoreNow()).exclude(user__in=present)
    for word in text.split():
        rows = rows.filter(Q(user__family_name__icontains=word) | Q(user__given_name__icontains=word))
    return rows.select_related("user", "organisation").order_by("-valid_until", "id")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of a list: what they are there now, and the kinds of their second factor (totp, webauthn)."""

    person: User
    memberships: list[Membership]
    kinds: set[str]


def person_rows(actor: Actor, people: list[User]) -> list[PersonRow]:
    """A row for each of them. Two queries."""
    kinds: dict[UUID, set[str]] = {}
    for owner, kind in Authenticator.objects.filter(user__in=people, type__in=REAL).values_list("user", "type"):
        kinds.setdefault(owner, set()).add(kind)
    there: dict[UUID, list[Membership]] = {}
    for each in administered_memberships_of(actor, *people):
        there.setdefault(each.user_id, []).append(each)
    return [PersonRow(each, there.get(each.pk, []), kinds.get(each.pk, set())) for each in people]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A membership with what belongs to it, in words; absences are those of now and later."""

    membership: Membership
    organs: list[str]
    languages: list[str]
    absences: list[Absence]


def member_rows(actor: Actor, person: User) -> list[MemberRow]:
    """What this person is there now, and how they work."""
    absences = Prefetch("absences", Absence.objects.not_over())
    rows = administered_memberships_of(actor, person).select_related("organisation", "deputy__user")
    return [
        MemberRow(
            each,
            sorted(terms.label("organ_systems", one.organ_system) for one in each.expertise.all()),
            [places.language(code) for code in each.languages],
            list(each.absences.all()),
        )
        for each in rows.prefetch_related("expertise", absences)
    ]


def waiting_address(person: User) -> str:
    """The address that was asked for last and that its owner has not confirmed yet; empty where there is none."""
    waiting = person.address_changes.filter(confirmed_at=None, withdrawn_at=None, expires_at__gt=CoreNow())
    return waiting.values_list("new_email", flat=True).first() or ""


def administered_organisation(actor: Actor, organisation_id: UUID) -> Organisation:
    """One that the actor administers, or Hidden."""
    found = policy.administered(actor).select_related("parent").filter(pk=organisation_id).first()
    if found is None:
        raise Hidden(_("This organisation is not there."))
    return found


def inviting_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Into which organisations the actor may invite."""
    return Organisation.objects.partners().filter(pk__in=policy.administered(actor).values("pk")).order_by("name")
