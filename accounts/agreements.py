"""Which organisations may send work to which: what agreements in force allow. Nothing else decides it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Agreement, Membership, Organisation
from accounts.models.agreement import Identity
from accounts.models.organisation import Kind
from accounts.policy import is_platform_admin
from accounts.roles import ADMINISTER
from accounts.states import AGREEMENT, BINDING, Status
from core.actor import Actor
from core.workflow.models import TimelineEntry


@dataclass(frozen=True, slots=True)
class Basis:
    """Why one laboratory may send to another: the agreement (None within one laboratory), how much of the patient."""

    agreement: Agreement | None
    identity: str

    @property
    def only_pseudonymised(self) -> bool:
        """Whether the patient's identity must stay behind."""
        return self.identity == Identity.PSEUDONYMISED


def above(organisation: UUID) -> QuerySet[Organisation]:
    """The organisation and those above it; a hierarchy has three levels at most (models.organisation)."""
    return Organisation.objects.filter(
        Q(pk=organisation) | Q(children=organisation) | Q(children__children=organisation)
    ).order_by()


def below(parties: set[UUID]) -> Q:
    """A condition on Organisation: one of these or below one of them."""
    return Q(pk__in=parties) | Q(parent__in=parties) | Q(parent__parent__in=parties)


def basis(asking: UUID, answering: UUID, *, work: str, organ_system: str) -> Basis | None:
    """Under what `asking` may send this work to `answering` now; None where there is no agreement. One query.

    Within one laboratory nothing is needed. Of several agreements the one that allows most, then the newest.
    """
    if asking == answering:
        return Basis(None, Identity.IDENTIFIED)
    senders, answerers = above(asking).values("pk"), above(answering).values("pk")
    there = Q(asking__in=senders, answering__in=answerers)
    back = Q(is_mutual=True, asking__in=answerers, answering__in=senders)
    found = Agreement.objects.in_force().covering(work, organ_system).filter(there | back)
    best = found.order_by("identity", "-valid_from", "-pk").first()  # "identified" comes first
    return Basis(best, best.identity) if best else None


def reach(asking: UUID, *, work: str, organ_system: str) -> dict[UUID, str]:
    """Every laboratory that `asking` may send this work to, itself included, with how much of the patient.

    Values are of Identity. Two queries.
    """
    rows = Organisation.objects.filter(is_active=True).order_by().values_list("pk", "parent", "parent__parent")
    places = {row[0]: {key for key in row if key} for row in rows}  # each with those above it
    senders = places.get(asking, {asking})
    allowed: dict[UUID, str] = {}
    for row in Agreement.objects.in_force().covering(work, organ_system).sent_by(senders):
        parties = {row.answering_id} if row.asking_id in senders else set[UUID]()
        if row.is_mutual and row.answering_id in senders:
            parties.add(row.asking_id)
        for party in parties:
            allowed[party] = min(row.identity, allowed.get(party, row.identity))  # "identified" comes first
    given = {key: [allowed[each] for each in place if each in allowed] for key, place in places.items()}
    return {key: min(found) for key, found in given.items() if found} | {asking: str(Identity.IDENTIFIED)}


def represented(actor: Actor) -> QuerySet[Organisation]:
    """For which organisations the actor may agree: the administrator for the own one, the system for all.

    Whoever runs the installation stands in for those that have no administrator of their own: a contract is not made
    by the one who runs the machine.
    """
    if actor.is_system:
        return Organisation.objects.all()
    own = Q(pk=actor.organisation) if actor.role in ADMINISTER and actor.organisation else Q(pk__in=[])
    if is_platform_admin(actor):
        looked_after = Membership.objects.active().filter(role__in=ADMINISTER).values("organisation")
        own |= ~Q(pk__in=looked_after) & ~Q(kind=Kind.OUTSIDE)
    return Organisation.objects.filter(own)


def visible_agreements(actor: Actor) -> QuerySet[Agreement]:
    """Members see what binds, or is to bind, their organisation or one above; who may agree also sees the rest.

    Whoever runs the installation sees all of them.
    """
    found = Agreement.objects.select_related("asking", "answering", "proposed_for", "proposed_by")
    if actor.is_system or is_platform_admin(actor):
        return found
    if actor.organisation is None:
        return found.none()
    own = above(actor.organisation).values("pk")
    mine = Q(asking__in=own) | Q(answering__in=own)
    if actor.role in ADMINISTER:
        return found.filter(mine)
    return found.filter(mine, status__in=BINDING)


def parties(actor: Actor, agreement: Agreement) -> frozenset[str]:
    """What the actor is to it: for the side that proposed, for the other, or for both. Three queries at most.

    Who proposed it for one organisation is not the other side, even as the administrator of both, or standing in for
    both: two people agree. A network that agrees with itself is one side.
    """
    both = [agreement.asking_id, agreement.answering_id]
    found = sides(set(represented(actor).filter(pk__in=both).values_list("pk", flat=True)), agreement)
    is_with_itself = agreement.asking_id == agreement.answering_id
    if not is_with_itself and agreement.status == Status.PROPOSED and _proposed(actor, agreement):
        found -= {"partner"}
    return found


def _proposed(actor: Actor, agreement: Agreement) -> bool:
    """Whether this very person proposed it: by the record, for whoever runs the installation has no membership."""
    steps = TimelineEntry.objects.filter(noun=AGREEMENT.noun, noun_id=agreement.pk, action="propose")
    return actor.person is not None and steps.filter(person=actor.person).exists()


def sides(represented: set[UUID], agreement: Agreement) -> frozenset[str]:
    """The sides of an agreement that somebody who speaks for these organisations is on."""
    found = set()
    if agreement.proposed_for_id in represented:
        found.add("proposer")
    others = {agreement.asking_id, agreement.answering_id} - {agreement.proposed_for_id}
    if represented & (others or {agreement.proposed_for_id}):
        found.add("partner")
    return frozenset(found)
