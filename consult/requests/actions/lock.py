"""Locks a request for a write: its case first, then the request, both through the actor's scope."""

from uuid import UUID

from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case, lock_rows
from cases.models import Case
from consult.requests.models import ConsultRequest
from consult.requests.policy import PEOPLE, get_request, parties, visible_requests
from consult.requests.states import ENDED
from core.actor import Actor
from core.errors import Conflict, Forbidden, Hidden
from core.workflow.engine import check_version


def lock_request(
    actor: Actor, request_id: UUID, *, version: int | None, seen: Seen | None, needs_case: bool = True
) -> ConsultRequest:
    """Lock the case and the request. Without `needs_case` a party may go on who cannot open the case any more.

    Raises Hidden, or Conflict when either is not what was on the screen; also when a party to the request no longer
    sees its case, because the request has ended in the meantime. Others who see only the record get Forbidden.
    """
    visible = visible_requests(actor).filter(pk=request_id)
    case_id = visible.values_list("case", flat=True).first()
    if case_id is None:
        raise Hidden(_("There is nothing here that you may see."))
    try:
        case = lock_case(actor, case_id, seen)
    except Hidden as hidden:
        known = get_request(actor, request_id)
        if not parties(actor, known):
            raise Forbidden(_("You can see this, but this step is for somebody else.")) from hidden
        if needs_case or known.status in ENDED:
            raise _ended(known) from hidden
        lock_rows([case_id])
        case = Case.objects.select_related("patient").get(pk=case_id)  # as it is now that the lock is held
    found = visible.select_related(*PEOPLE).select_for_update(of=("self",)).first()
    if found is None:
        raise Hidden(_("There is nothing here that you may see."))
    check_version(found, version)
    found.case = case
    return found


def _ended(request: ConsultRequest) -> Conflict:
    message = _("Your access to this case has ended. The request now stands at: %(status)s.")
    return Conflict(message % {"status": request.get_status_display()}, current={"status": request.status})
