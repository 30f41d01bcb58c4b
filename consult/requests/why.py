"""What requests say of the access they give: to the owner why somebody sees a case, to anybody what they see of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.hooks import Reason
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties, visible_requests
from consult.requests.states import REQUEST
from core.actor import Actor


def told(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, Reason]:
    """Which request, its page, and withdrawing it where this actor may: the form there asks why."""
    found = visible_requests(actor).filter(pk__in=keys).select_related("requester", "expert")
    return {request.pk: _reason(actor, request) for request in found}


def told_of_deputies(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, Reason]:
    """The same of the share of whoever stands in for the expert: it ends with the request."""
    words = _("Stands in for the expert, request %(number)s")
    found = visible_requests(actor).filter(pk__in=keys).select_related("requester", "expert")
    return {each.pk: replace(_reason(actor, each), words=words % {"number": each.number}) for each in found}


def _reason(actor: Actor, request: ConsultRequest) -> Reason:
    may_withdraw = "withdraw" in REQUEST.allowed(request.status, parties(actor, request))
    return Reason(
        words=_("Asked for an opinion, request %(number)s") % {"number": request.number},
        url=reverse("requests:detail", args=[request.pk]),
        end_words=_("Withdraw"),
        end_url=reverse("requests:act", args=[request.pk, "withdraw"]) if may_withdraw else "",
    )


def of_requests(actor: Actor, case_id: UUID) -> Iterable[str]:
    """Each request about the case that the actor sees, and why, which is never implied by seeing the case."""
    for request in (
        visible_requests(actor).filter(case=case_id).select_related("requester", "expert").order_by("number")
    ):
        yield _sentence(actor, request) % {"number": request.number}


def _sentence(actor: Actor, request: ConsultRequest) -> str:
    if request.expert is not None and request.expert.user_id == actor.person:
        return _("Request %(number)s: you were asked. The request and your opinion stay readable for you.")
    if request.requester.user_id == actor.person:
        return _("Request %(number)s: you asked it.")
    if request.asking_organisation_id == actor.organisation:
        return _("Request %(number)s: your laboratory asked it.")
    return _("Request %(number)s: your laboratory accepted it and keeps its record, without the slides.")
