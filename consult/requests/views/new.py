"""Start a request on a case: the patient once more, then a draft."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import member_required, the_actor
from accounts.roles import REQUEST
from cases.access.sharing import why_with_nobody
from cases.access.view import case_view
from cases.banner import banner
from cases.looks import open_case
from consult.requests.actions.create import create
from consult.requests.forms import SeenForm
from consult.requests.policy import visible_requests
from consult.requests.states import Status
from core.errors import Forbidden

MOST_NAMED = 3


@member_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """GET asks whether this is the patient that is meant, POST makes the draft and goes to it."""
    actor = the_actor(request)
    if request.method == "POST":
        form = SeenForm(request.POST)
        form.checked()
        made = create(actor=actor, case_id=case_id, seen=form.seen())
        return redirect("requests:edit", made.pk)
    case = open_case(actor, case_id)
    if case.organisation_id != actor.organisation or actor.role not in REQUEST:
        raise Forbidden(_("Only a pathologist of the case's own laboratory asks for a consultation."))
    view = case_view(actor, case)
    seen = {"seen_case": view.identity_version, "seen_patient": view.patient_version}
    drafts = visible_requests(actor).filter(case=case, requester__user=actor.person, status=Status.DRAFT)
    context = {
        "patient": banner(view),
        "view": view,
        "form": SeenForm(initial=seen),
        "held": why_with_nobody(case_id),
        "drafts": drafts.order_by("-created_at")[:MOST_NAMED],
    }
    return render(request, "requests/new.html", context)
