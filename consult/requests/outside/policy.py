"""Who sees that an outside expert was proposed, and what somebody is to it."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.roles import ADMINISTER, REQUEST
from cases.access import branches
from consult.requests.models import ConsultRequest, OutsideExpert
from consult.requests.outside.states import Status
from consult.requests.policy import visible_requests
from consult.requests.states import SHARED
from core.actor import Actor
from core.errors import Hidden


def visible_outside_experts(actor: Actor) -> QuerySet[OutsideExpert]:
    """Those of the own laboratory's requests: for its administrators, and for whoever sees the request.

    An administrator sees who is invited and by whom, and by the request's number for what, but not the request; and
    nothing of a case that they are kept out of.
    """
    found = OutsideExpert.objects.select_related("request", "proposed_by__user", "membership")
    own = Q(request__asking_organisation=actor.organisation)
    if actor.role in ADMINISTER:
        return found.filter(own, branches.not_denied(actor, "request__case"))
    return found.filter(own, request__in=visible_requests(actor))


def get_outside_expert(actor: Actor, key: UUID) -> OutsideExpert:
    """One of them, or Hidden."""
    found = visible_outside_experts(actor).filter(pk=key).first()
    if found is None:
        raise Hidden(_("There is nothing here that you may see."))
    return found


def parties(actor: Actor, expert: OutsideExpert) -> frozenset[str]:
    """The one who proposed, in whichever period there; an administrator of the laboratory that owns the case.

    Not both: nobody confirms under one role what they proposed under another.
    """
    found = set()
    if actor.organisation == expert.request.asking_organisation_id:
        is_own = actor.person == expert.proposed_by.user_id
        if actor.role in REQUEST and is_own:
            found.add("requester")
        if actor.role in ADMINISTER and not is_own:
            found.add("owner_admin")
    return frozenset(found)


def confirmers(expert: OutsideExpert) -> QuerySet[Membership]:
    """The administrators who can confirm who it is: not the one who proposed, nor who is kept out of the case."""
    request = expert.request
    found = Membership.objects.active().filter(organisation=request.asking_organisation_id, role__in=ADMINISTER)
    return found.filter(~branches.is_denied(request.case_id)).exclude(user=expert.proposed_by.user_id)


def asked(expert: OutsideExpert) -> QuerySet[ConsultRequest]:
    """The requests that open the case to this person and would not without them being confirmed here."""
    others = OutsideExpert.objects.filter(membership=expert.membership_id, status=Status.JOINED)
    elsewhere = others.filter(request__case=OuterRef("case")).exclude(pk=expert.pk)
    case = expert.request.case_id
    shared = ConsultRequest.objects.filter(~Exists(elsewhere), case=case, expert=expert.membership_id)
    return shared.filter(status__in=SHARED) if expert.membership_id else shared.none()


def confirmed_for(case_id: UUID) -> QuerySet[Membership]:
    """The outside experts who were confirmed for this case, and have joined."""
    joined = OutsideExpert.objects.filter(request__case=case_id, status=Status.JOINED)
    return Membership.objects.active().filter(pk__in=joined.values("membership"))
