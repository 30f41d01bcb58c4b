"""The periods of one person in one organisation: what they asked and signed in any of them is theirs in the next."""

from uuid import UUID

from accounts.models import Membership
from core.actor import Actor


def periods_of(actor: Actor) -> tuple[UUID, ...]:
    """The memberships, past ones too, that the actor has or had in the acting organisation; none for who is no member.

    One query, asked once for each actor: a page has several lists of the same person.
    """
    if actor.membership is None:
        return ()
    found = actor.known.get("periods")
    if not isinstance(found, tuple):
        theirs = Membership.objects.filter(user=actor.person, organisation=actor.organisation)
        found = actor.known["periods"] = tuple(theirs.order_by("pk").values_list("pk", flat=True))
    return found
