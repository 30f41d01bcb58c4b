"""Which requests an actor may see, and what the actor is to each. Seeing the case implies neither."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.roles import REQUEST, SIGN
from accounts.scopes import Scope
from accounts.standing_in import stood_in_for
from cases.access import branches
from cases.models import CaseGrant
from consult.requests.models import ConsultRequest
from consult.requests.shares import DEPUTY, SHARE
from consult.requests.states import OPEN, SIGNED, Status
from core.actor import Actor
from core.errors import Hidden

BEFORE_SENDING = (Status.DRAFT, Status.DISCARDED)
PEOPLE = (
    "asking_organisation",
    "requester__user",
    "requester__organisation",
    "answering_organisation",
    "expert__user",
    "expert__organisation",
)


def visible_requests(actor: Actor) -> QuerySet[ConsultRequest]:
    """Own drafts; what the own lab asked; what I am asked; what my lab has accepted, for good (its own record).

    And what waits for somebody who is away, while I stand in.
    """
    seen = Q(pk__in=[])
    if actor.person:
        seen |= Q(requester__user=actor.person, asking_organisation=actor.organisation)
        seen |= Q(expert__user=actor.person, expert__organisation=actor.organisation) & ~Q(status__in=BEFORE_SENDING)
    if actor.role in SIGN:
        seen |= Q(expert__in=stood_in_for(actor.membership), status__in=OPEN)
    if sees_of_lab(actor):
        seen |= Q(asking_organisation=actor.organisation) & ~Q(status__in=BEFORE_SENDING)
        seen |= Q(answering_organisation=actor.organisation)
    return ConsultRequest.objects.filter(seen, branches.not_denied(actor, "case"))


def sees_of_lab(actor: Actor) -> bool:
    """Whether the actor sees what the laboratory asked and accepted: who sees its cases, a machine by a scope more."""
    return branches.sees_home(actor) and actor.is_within(Scope.REQUESTS_READ)


def kept_reports(actor: Actor) -> Q:
    """The versions of a first report that the actor's laboratory keeps, by the roles that see its own cases.

    Of each request that it accepted, that shared the report and that is not withheld: the one that was sent, and the
    one that was current when the opinion was signed. A condition on ReportVersion.
    """
    if not (branches.sees_home(actor) and actor.is_within(Scope.REPORTS_READ)):
        return Q(pk__in=[])
    accepted = ConsultRequest.objects.filter(~is_withheld(actor), answering_organisation=actor.organisation)
    accepted = accepted.filter(shares_first_report=True, is_pseudonymised=False)
    both = Q(first_report=OuterRef("pk")) | Q(first_report_signed=OuterRef("pk"))
    return Q(Exists(accepted.filter(both)))


def is_withheld(actor: Actor) -> Q:
    """A condition for requests of which the actor, on the answering side, reads only that they were, and when.

    Nothing was signed, and the case is not shared any more: the request was declined or withdrawn, or something
    recorded of the patient holds the sharing. What was signed stays the answering laboratory's own record.
    """
    elsewhere = ~Q(status__in=[*BEFORE_SENDING, *SIGNED]) & ~Q(asking_organisation=actor.organisation)
    return elsewhere & ~Q(Exists(opening(OuterRef("pk"))))


def opens_case(request_id: UUID) -> bool:
    """Whether a request opens its case to anybody, now or from a day on. One query."""
    return opening(request_id).exists()


def opening(request: UUID | OuterRef) -> QuerySet[CaseGrant]:
    """The grants by which a request opens its case to anybody, now or from a day on. The request by its key, or as an
    OuterRef where requests are themselves asked about."""
    return branches.anybodys_standing().filter(share__source_kind__in=[SHARE, DEPUTY], share__source_id=request)


def get_request(actor: Actor, request_id: UUID) -> ConsultRequest:
    """One request with case, people and labs, or Hidden."""
    found = with_people(visible_requests(actor)).filter(pk=request_id).first()
    if found is None:
        raise Hidden(_("There is nothing here that you may see."))
    return found


def with_people(requests: QuerySet[ConsultRequest]) -> QuerySet[ConsultRequest]:
    """With everything that a row or a page names, in one query."""
    return requests.select_related("case__patient", "case__organisation", *PEOPLE)


def parties(actor: Actor, request: ConsultRequest) -> frozenset[str]:
    """What the actor is to this request: its requester, a pathologist of the asking lab, or the expert."""
    found = set()
    if actor.organisation == request.asking_organisation_id and actor.role in REQUEST:
        found.add("asking_lab")
        if actor.person == request.requester.user_id:
            found.add("requester")
    expert = request.expert
    if (
        expert
        and actor.person == expert.user_id
        and actor.organisation == expert.organisation_id
        and actor.role in SIGN
    ):
        found.add("expert")
    if expert and actor.role in SIGN and actor.membership and expert.deputy_id == actor.membership:
        found |= {"deputy"} if stood_in_for(actor.membership).filter(pk=expert.pk).exists() else set()
    return frozenset(found)
