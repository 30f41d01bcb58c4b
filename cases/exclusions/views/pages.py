"""Keeping somebody out of a case and letting them in again: a page each, from the page of who can see the case."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import member_required, the_actor
from cases import hooks
from cases.access.view import CaseView, case_view
from cases.exclusions.actions.keep_out import keep_out
from cases.exclusions.actions.let_in import let_in
from cases.exclusions.forms import KeepOutForm, LetInForm
from cases.exclusions.models import Exclusion
from cases.exclusions.policy import visible_exclusions
from cases.exclusions.queries import candidates
from cases.exclusions.states import EDITOR, EXCLUSION
from cases.forms.case import SeenForm
from cases.models import Case
from cases.policy import parties
from cases.views.common import answer, looked_at, not_yours, put_errors
from core.errors import Conflict, Hidden, Invalid


@member_required
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The form says whose open work stops; recording goes back to the page of who can see the case. After a lost race
    the page comes back, with the case as it is now and what was typed."""
    actor = the_actor(request)
    case = _case(request, case_id)
    form = KeepOutForm(request.POST or None, people=candidates(case), me=actor.person)
    status, message = 200 if request.method == "GET" else 422, ""
    if request.method == "POST" and form.is_valid():
        try:
            made = keep_out(
                actor=actor,
                case_id=case_id,
                seen=SeenForm(request.POST).seen(),
                person_id=form.cleaned_data["person"],
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
                oneself=form.cleaned_data.get("oneself", False),
            )
        except Invalid as refusal:
            for text in put_errors(form, refusal.fields).values():
                form.add_error(None, text)
        except Conflict as conflict:
            status, message = 409, conflict.message
        else:
            return _recorded(request, made)
    context = {"form": form, "work": hooks.open_work(actor, case_id), "conflict": message}
    return answer(request, "exclusions/record.html", case_view(actor, case), context, status=status)


def _recorded(request: HttpRequest, made: Exclusion) -> HttpResponse:
    """Whoever keeps themselves out goes to the list: the case is not there for them any more."""
    if made.person_id == the_actor(request).person:
        messages.success(request, _("You are kept out of the case from now on. A colleague can let you in again."))
        return redirect("cases:list")
    messages.success(request, _("%(name)s is kept out of this case.") % {"name": made.person.printed_name})
    return redirect("cases:access", made.case_id)


@member_required
@require_http_methods(["GET", "POST"])
def lift(request: HttpRequest, exclusion_id: UUID) -> HttpResponse:
    """Asks why. After a lost race the page comes back with what was typed."""
    actor = the_actor(request)
    exclusion = visible_exclusions(actor).select_related("person").filter(pk=exclusion_id).first()
    if exclusion is None:
        raise Hidden(_("There is nothing here that you may see."))
    view = case_view(actor, _case(request, exclusion.case_id))
    EXCLUSION.rule(exclusion.status, "let_in")
    form = LetInForm(request.POST) if request.method == "POST" else LetInForm(initial={"version": exclusion.version})
    status = 200 if request.method == "GET" else 422
    if request.method == "POST" and form.is_valid():
        try:
            let_in(
                actor=actor,
                exclusion_id=exclusion_id,
                version=form.cleaned_data["version"],
                seen=SeenForm(request.POST).seen(),
                reason=form.cleaned_data["reason"],
            )
        except Conflict as conflict:
            return _again(request, view, exclusion, form, conflict)
        messages.success(request, _("%(name)s is let in again.") % {"name": exclusion.person.printed_name})
        return redirect("cases:access", exclusion.case_id)
    return answer(request, "exclusions/lift.html", view, {"form": form, "exclusion": exclusion}, status=status)


def _again(
    request: HttpRequest, view: CaseView, exclusion: Exclusion, form: LetInForm, conflict: Conflict
) -> HttpResponse:
    kept = LetInForm(initial={"version": exclusion.version, "reason": form.cleaned_data["reason"]})
    context = {"form": kept, "exclusion": exclusion, "conflict": conflict.message}
    return answer(request, "exclusions/lift.html", view, context, status=409)


def _case(request: HttpRequest, case_id: UUID) -> Case:
    """The case, for whoever may say whom it is closed to. A look at GET, a plain read at POST."""
    case = looked_at(request, case_id)
    if not EDITOR & parties(the_actor(request), case):
        raise not_yours()
    return case
