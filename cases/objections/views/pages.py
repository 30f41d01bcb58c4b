"""Recording a patient's objection and lifting it: a page each, from the page of who can see the case."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import member_required, the_actor
from cases.access.view import CaseView, case_view
from cases.forms.case import SeenForm
from cases.objections.actions.lift import lift as lift_action
from cases.objections.actions.object import KINDS, record_objection
from cases.objections.blocks import yields_to_emergency
from cases.objections.forms import LiftForm, ObjectionForm
from cases.objections.models import Objection
from cases.objections.policy import visible_objections
from cases.objections.states import OBJECTION
from cases.policy import parties
from cases.queries import readers
from cases.views.common import answer, looked_at, not_yours, put_errors
from core.errors import Conflict, Hidden, Invalid


@member_required
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The form says whose access ends; recording goes back to the page of who can see the case. After a lost race the
    page comes back, with the case as it is now and what was chosen."""
    actor, view = the_actor(request), _view(request, case_id)
    form = ObjectionForm(request.POST or None)
    status, message = 200 if request.method == "GET" else 422, ""
    if request.method == "POST" and form.is_valid():
        try:
            record_objection(
                actor=actor,
                case_id=case_id,
                seen=SeenForm(request.POST).seen(),
                **form.cleaned_data,
            )
        except Invalid as refusal:
            for text in put_errors(form, refusal.fields).values():
                form.add_error(None, text)
        except Conflict as conflict:
            status, message = 409, conflict.message
        else:
            messages.success(request, _("The objection is recorded. Nothing of this case is shared any more."))
            return redirect("cases:access", case_id)
    context = {
        "form": form,
        "readers": readers([case_id]),
        "opens_in_emergency": yields_to_emergency(KINDS[0], view.organisation),
        "conflict": message,
    }
    return answer(request, "objections/record.html", view, context, status=status)


@member_required
@require_http_methods(["GET", "POST"])
def lift(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """Asks why. After a lost race the page comes back with what was typed."""
    actor = the_actor(request)
    objection = visible_objections(actor).filter(pk=objection_id).first()
    if objection is None:
        raise Hidden(_("There is nothing here that you may see."))
    view = _view(request, objection.case_id)
    OBJECTION.rule(objection.status, "lift")
    form = LiftForm(request.POST) if request.method == "POST" else LiftForm(initial={"version": objection.version})
    status = 200 if request.method == "GET" else 422
    if request.method == "POST" and form.is_valid():
        try:
            lift_action(
                actor=actor,
                objection_id=objection_id,
                version=form.cleaned_data["version"],
                seen=SeenForm(request.POST).seen(),
                reason=form.cleaned_data["reason"],
            )
        except Conflict as conflict:
            return _again(request, view, objection, form, conflict)
        messages.success(request, _("The objection is lifted. What is still shared for a reason opens again."))
        return redirect("cases:access", objection.case_id)
    return answer(request, "objections/lift.html", view, {"form": form, "objection": objection}, status=status)


def _again(
    request: HttpRequest, view: CaseView, objection: Objection, form: LiftForm, conflict: Conflict
) -> HttpResponse:
    kept = LiftForm(initial={"version": objection.version, "reason": form.cleaned_data["reason"]})
    context = {"form": kept, "objection": objection, "conflict": conflict.message}
    return answer(request, "objections/lift.html", view, context, status=409)


def _view(request: HttpRequest, case_id: UUID) -> CaseView:
    """The case, for whoever may record an objection to sharing it. A look at GET, a plain read at POST."""
    actor = the_actor(request)
    case = looked_at(request, case_id)
    if not parties(actor, case):
        raise not_yours()
    return case_view(actor, case)
