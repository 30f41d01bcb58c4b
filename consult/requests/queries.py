"""Lists of requests by keyset: each branch reads its own index up to the page's size, then the keys are merged.

The rows themselves are fetched through `visible_requests`, so a list can never show what the page of a request hides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Membership
from accounts.periods import periods_of
from accounts.standing_in import stood_in_for
from cases.access import branches
from cases.paging import Key
from consult.requests.models import ConsultRequest
from consult.requests.policy import BEFORE_SENDING, visible_requests, with_people
from consult.requests.states import OPEN
from core.actor import Actor

PAGE = 50
COUNTED = 100  # a tab counts up to here; there is no total over what a person may see


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: the most urgent first, or the newest first. Ties go by key."""

    field: str
    newest_first: bool

    @property
    def names(self) -> tuple[str, str]:
        """For order_by."""
        return (f"-{self.field}", "-pk") if self.newest_first else (self.field, "pk")

    def beyond(self, after: Key | None) -> Q:
        """What comes after a key; the first, redundant bound lets PostgreSQL start inside the index."""
        if after is None:
            return Q()
        moment, last = after
        less = "lt" if self.newest_first else "gt"
        start = Q(**{f"{self.field}__{less}e": moment})
        return start & (Q(**{f"{self.field}__{less}": moment}) | Q(**{f"pk__{less}": last}))


BY_DUE = Order("due_at", newest_first=False)
BY_START = Order("created_at", newest_first=True)


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a list; '' and None mean any. `lab` is the laboratory on either side.

    Each condition is on a column that the lists' indexes hold, so that a rare one reads no rows that it leaves out.
    """

    status: str = ""
    lab: UUID | None = None
    organ_system: str = ""
    urgent: bool = False

    def as_q(self) -> Q:
        """The condition."""
        found = Q()
        if self.status:
            found &= Q(status=self.status)
        if self.lab:
            found &= Q(asking_organisation=self.lab) | Q(expert__in=Membership.objects.filter(organisation=self.lab))
        if self.organ_system:
            found &= Q(organ_system=self.organ_system)
        if self.urgent:
            found &= Q(priority__in=URGENT)
        return found


URGENT = ("urgent", "same_day", "frozen")


@dataclass(frozen=True, slots=True)
class Page:
    """The requests of a page with their people, and the key to go on after, None on the last page."""

    requests: list[ConsultRequest]
    after: Key | None


def page(
    actor: Actor,
    parts: Sequence[QuerySet[ConsultRequest]],
    order: Order,
    *,
    filters: Filters | None = None,
    after: Key | None = None,
    size: int = PAGE,
) -> Page:
    """One page of the union of `parts`. One query for each part and one for the rows."""
    narrowed = (filters or Filters()).as_q() & order.beyond(after)
    keys: set[Key] = set()
    for part in parts:
        found = part.filter(narrowed, branches.not_denied(actor, "case")).order_by(*order.names)
        keys |= set(found.values_list(order.field, "pk")[: size + 1])
    wanted = sorted(keys, reverse=order.newest_first)[: size + 1]
    more = len(wanted) > size
    wanted = wanted[:size]
    rows = with_people(visible_requests(actor)).in_bulk([key for _, key in wanted])
    return Page([rows[key] for _, key in wanted if key in rows], wanted[-1] if more else None)


def count(actor: Actor, parts: Sequence[QuerySet[ConsultRequest]]) -> int:
    """How many the union holds, at most COUNTED. One query for each part."""
    keys: set[UUID] = set()
    for part in parts:
        found = part.filter(branches.not_denied(actor, "case")).order_by()
        keys |= set(found.values_list("pk", flat=True)[:COUNTED])
    return min(len(keys), COUNTED)


def asked_to(actor: Actor) -> QuerySet[ConsultRequest]:
    """Asked of the acting member, also before they left and came back: sent, and whatever came of it."""
    return _of_member(actor, "expert").exclude(status__in=BEFORE_SENDING)


def stood_in(actor: Actor) -> list[QuerySet[ConsultRequest]]:
    """What waits for somebody who is away, while the acting member stands in: a branch for each of them. One query.

    As one branch for all of them it would sort everything that waits for anybody before its limit (measured).
    """
    waiting = ConsultRequest.objects.filter(status__in=OPEN)
    return [waiting.filter(expert=key) for key in stood_in_for(actor.membership).values_list("pk", flat=True)]


def asked_by(actor: Actor) -> QuerySet[ConsultRequest]:
    """Asked by the acting member, also before they left and came back; drafts included."""
    return _of_member(actor, "requester")


def of_lab(actor: Actor) -> list[QuerySet[ConsultRequest]]:
    """What the acting laboratory asked, and what it has accepted: two branches."""
    if actor.organisation is None:
        return []
    sent = ConsultRequest.objects.exclude(status__in=BEFORE_SENDING)
    return [sent.filter(asking_organisation=actor.organisation), sent.filter(answering_organisation=actor.organisation)]


def _of_member(actor: Actor, side: str) -> QuerySet[ConsultRequest]:
    """By person and organisation, as `visible_requests`, but by the keys of the memberships, which the indexes begin
    with: with one key PostgreSQL reads them in the order of the list, with several it sorts what this person has."""
    periods = periods_of(actor)
    if len(periods) == 1:
        return ConsultRequest.objects.filter(**{side: periods[0]})
    return ConsultRequest.objects.filter(**{f"{side}__in": periods})
