"""Why can I see this, and why not: in plain words for whoever sees something, else the same page for everything.

The page for what somebody cannot see says nothing about the address it was asked for: hidden and absent read alike.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.doors import person_required, the_actor
from accounts.models import Membership, User
from accounts.roles import BREAK_GLASS, Role
from cases import hooks
from cases.access.queries import get_case
from cases.access.view import case_view
from cases.looks import open_case
from cases.views.common import answer
from cases.why import grounds
from core.actor import Actor
from core.errors import Hidden

MOST_NAMED = 5


@person_required
@require_GET
def why(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Of a case one can see: why, what of it, until when. Of anything else: what gives access in general."""
    actor = the_actor(request)
    others = hooks.why_else(actor, case_id)
    try:
        get_case(actor, case_id)
    except Hidden:
        return _in_general(request, actor, others, case_id)
    view = case_view(actor, open_case(actor, case_id))
    return answer(request, "cases/why.html", view, {"grounds": grounds(actor, view), "others": others})


@person_required
@require_GET
def why_not(request: HttpRequest) -> HttpResponse:
    """What gives access in general, for whoever came from the page that says that something is not there."""
    return _in_general(request, the_actor(request), [], None)


def _in_general(request: HttpRequest, actor: Actor, others: list[str], case_id: UUID | None) -> HttpResponse:
    """`others` is what the actor does see of the case's record, '' for nearly everybody."""
    administrators = Membership.objects.active().filter(organisation=actor.organisation, role=Role.LAB_ADMIN)
    people = User.objects.filter(pk__in=administrators.values("user")).order_by("family_name", "given_name")
    context = {
        "others": others,
        "administrators": list(people[:MOST_NAMED]) if actor.organisation else [],
        "acting": next((each for each in _memberships(request) if each.pk == actor.membership), None),
        "may_call": actor.role in BREAK_GLASS,
        "case_id": case_id,
    }
    return render(request, "cases/why_not.html", context)


def _memberships(request: HttpRequest) -> list[Membership]:
    held: list[Membership] = request.memberships  # type: ignore[attr-defined]  # set by accounts.middleware
    return held
