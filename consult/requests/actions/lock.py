"""Locks a request for a write: its case first, then the request, both through the actor's scope."""

from uuid import UUID

from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from consult.requests.models import ConsultRequest
from consult.requests.policy import get_request, visible_requests, with_people
from core.actor import Actor
from core.errors import Hidden
from core.workflow.engine import check_version


def lock_request(actor: Actor, request_id: UUID, *, version: int | None, seen: Seen | None) -> ConsultRequest:
    """Lock the case and the request. Raises Hidden, or Conflict when either is not what was on the screen."""
    case = lock_case(actor, get_request(actor, request_id).case_id, seen)
    found = with_people(visible_requests(actor)).select_for_update(of=("self",)).filter(pk=request_id).first()
    if found is None:
        raise Hidden(_("There is nothing here that you may see."))
    check_version(found, version)
    found.case = case
    return found
