"""The requests' section of the case page."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.roles import REQUEST
from cases.hooks import Panel
from consult.requests.policy import visible_requests, with_people
from consult.requests.states import Status
from core.actor import Actor


def requests_of_case(request: HttpRequest, actor: Actor, case_id: UUID) -> Iterable[Panel]:
    """The requests about the case that the actor may see, newest first, and whether to offer a new one."""
    found = with_people(visible_requests(actor)).filter(case=case_id).exclude(status=Status.DISCARDED)
    context = {"requests": list(found.order_by("-created_at")), "may_request": actor.role in REQUEST}
    return [Panel(_("Consultations"), "requests/_of_case.html", context, order=20)]
