"""What the case page shows of requests: their section, and their steps among what happened to the case."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.roles import REQUEST
from cases.models import Case
from cases.page_hooks import Panel, Steps
from consult.requests.models import ConsultRequest
from consult.requests.policy import visible_requests, with_people
from consult.requests.rows import KINDS, views_of
from consult.requests.states import Status
from consult.requests.views.events import ICONS
from core.actor import Actor

ON_THE_CASE = (
    "send",
    "accept",
    "take_over",
    "hand_over",
    "decline",
    "expert_left",
    "withdraw",
    "answer",
    "close",
)


def requests_of_case(request: HttpRequest, actor: Actor, case: Case) -> Iterable[Panel]:
    """The requests about the case that the actor may see, newest first, and whether to offer a new one.

    In words that the reader may know (views_of).

    Nothing for somebody elsewhere who sees none: that nobody was asked is not for them to read, and may not be so.
    """
    found = with_people(visible_requests(actor)).filter(case=case.pk).exclude(status=Status.DISCARDED)
    requests = list(found.order_by("-created_at"))
    at_home = case.organisation_id == actor.organisation
    if not at_home:
        known = views_of(actor, requests)
        requests = [each for each in requests if each.pk in known]
    if not requests and not at_home:
        return []
    context: dict[str, object] = {
        "requests": [{"row": each, "kind": KINDS[Status(each.status)]} for each in requests],
        "may_request": at_home and actor.role in REQUEST,
        "request_case": case.pk,
    }
    return [Panel(_("Consultations"), "requests/_of_case.html", context, order=20)]


def _numbers(requests: Collection[UUID]) -> dict[UUID, str]:
    """The numbers by which the pages name these requests. One query."""
    return dict(ConsultRequest.objects.filter(pk__in=requests).values_list("pk", "number"))


STEPS = Steps({action: ICONS[action] for action in ON_THE_CASE}, _numbers)
