"""What requests say of the access they give: to the owner why somebody sees a case, to anybody what they see of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import REQUEST as ASK
from accounts.roles import labels
from cases.hooks import Reason
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties, visible_requests
from consult.requests.shares import ends_by
from consult.requests.states import OPEN, REQUEST, SIGNED, Status
from core.actor import Actor
from core.web.dates import clinical_date


def told(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, Reason]:
    """Which request, its page, and what ends it: withdrawing it while nothing is signed, then the steps after the
    signature; the way there where this actor may, else who can."""
    found = visible_requests(actor).filter(pk__in=keys).select_related("requester", "expert")
    return {request.pk: _reason(actor, request) for request in found}


def told_of_deputies(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, Reason]:
    """The same of the share of whoever stands in for the expert: it ends with the request."""
    words = _("Stands in for the expert, request %(number)s")
    found = visible_requests(actor).filter(pk__in=keys).select_related("requester", "expert")
    return {each.pk: replace(_reason(actor, each), words=words % {"number": each.number}) for each in found}


def _reason(actor: Actor, request: ConsultRequest) -> Reason:
    page = reverse("requests:detail", args=[request.pk])
    step, button, url, ends = "", "", "", ""
    if request.status in OPEN:
        step, button, url = "withdraw", _("Withdraw"), reverse("requests:act", args=[request.pk, "withdraw"])
    elif request.status == Status.ANSWERED:  # where the opinion is: who acknowledges it says that they have read it
        step, button, url = "acknowledge", _("Read the opinion"), page
        ends = _("The opinion is signed. The access ends when it is acknowledged and the request is closed.")
    elif request.status == Status.ACKNOWLEDGED:
        step, button, url = "close", _("Close the request"), reverse("requests:act", args=[request.pk, "close"])
        ends = _("The opinion is signed. The access ends when the request is closed.")
    ends = f"{ends} {_latest(request)}" if ends else ""
    may = step in REQUEST.allowed(request.status, parties(actor, request))
    if step and not may:
        ends = f"{ends} {_who(step)}".strip()
    return Reason(
        words=_("Asked for an opinion, request %(number)s") % {"number": request.number},
        url=page,
        end_words=button,
        end_url=url if may else "",
        ends=ends,
    )


def _latest(request: ConsultRequest) -> str:
    """Until when at the latest, for nobody may ever close it."""
    if request.sent_at is None or request.expert is None:
        return ""  # none that is shared; the types do not know
    day = clinical_date(ends_by(request.sent_at, request.expert))
    return _("At the latest it ends on %(day)s.") % {"day": day}


def _who(step: str) -> str:
    """Who of the asking laboratory takes it: those who may ask."""
    roles = ", ".join(labels(ASK))
    if step == "withdraw":
        return _("Who can withdraw the request in your laboratory: %(roles)s.") % {"roles": roles}
    return _("Who can do that in your laboratory: %(roles)s.") % {"roles": roles}


def of_requests(actor: Actor, case_id: UUID) -> Iterable[str]:
    """Each request about the case that the actor sees, and why, which is never implied by seeing the case."""
    for request in (
        visible_requests(actor).filter(case=case_id).select_related("requester", "expert").order_by("number")
    ):
        yield _sentence(actor, request) % {"number": request.number}


def _sentence(actor: Actor, request: ConsultRequest) -> str:
    if request.expert is not None and request.expert.user_id == actor.person:
        if request.status in SIGNED:
            return _("Request %(number)s: you were asked. The request and your opinion stay readable for you.")
        return _("Request %(number)s: you were asked. Once an opinion is signed, both stay readable for you.")
    if request.requester.user_id == actor.person:
        return _("Request %(number)s: you asked it.")
    if request.asking_organisation_id == actor.organisation:
        return _("Request %(number)s: your laboratory asked it.")
    return _("Request %(number)s: your laboratory accepted it and keeps its record, without the slides.")
