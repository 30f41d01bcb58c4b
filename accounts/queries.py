"""What the doors of the accounts room read."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts import first_day, policy
from accounts.links import invitation_id
from accounts.models import Invitation, MachineToken, Membership, Organisation, User
from accounts.models.invitation import WITH_HOST
from accounts.scopes import Scope
from core import clock
from core.actor import Actor

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


def administered_memberships_of(actor: Actor, person: User) -> QuerySet[Membership]:
    """What this person is in the organisations that the actor administers, now."""
    rows = Membership.objects.not_ended().filter(user=person, organisation__in=policy.administered(actor))
    return rows.select_related("organisation").order_by("valid_from", "id")


def inviting_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Into which organisations the actor may invite."""
    return Organisation.objects.partners().filter(pk__in=policy.administered(actor).values("pk")).order_by("name")
