"""Locks a request for a write: its case first, then the request, both through the actor's scope."""

from uuid import UUID

from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from consult.requests.models import ConsultRequest
from consult.requests.policy import visible_requests, with_people
from core.actor import Actor
from core.errors import Hidden
from core.workflow.engine import check_version


def lock_request(actor: Actor, request_id: UUID, *, version: int | None, seen: Seen | None) -> ConsultRequest:
    """Lock the case and the request. Raises Hidden, or Conflict when either is not what was on the screen."""
    visible = visible_requests(actor).filter(pk=request_id)
    case_id = visible.values_list("case_id", flat=True).first()
    case = lock_case(actor, case_id, seen) if case_id else None
    found = with_people(visible).select_for_update(of=("self",)).first() if case else None
    if case is None or found is None:
        raise Hidden(_("There is nothing here that you may see."))
    check_version(found, version)
    found.case = case
    return found
