"""Change what a case says. Where somebody was faster both texts are shown, and none is lost."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import member_required, the_actor
from cases.access.view import CaseView
from cases.actions.edit import edit as edit_case
from cases.forms.case import EditForm, SeenForm, texts_of
from cases.views.common import answer, put_errors, view_for
from core.errors import Conflict, Invalid


@member_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The form, and saving it."""
    view = view_for(request, case_id, "edit")
    if request.method == "GET":
        return answer(request, "cases/edit.html", view, {"form": EditForm(initial=texts_of(view))})
    form = EditForm(request.POST)
    if form.is_valid():
        try:
            edit_case(
                actor=the_actor(request),
                case_id=case_id,
                version=form.cleaned_data["version"],
                seen=SeenForm(request.POST).seen(),
                fields=form.fields_of(view),
            )
        except Conflict as conflict:
            return _both(request, case_id, form, conflict)
        except Invalid as refusal:
            put_errors(form, refusal.fields)
        else:
            messages.success(request, _("The case is saved."))
            return redirect("cases:detail", case_id)
    return answer(request, "cases/edit.html", view, {"form": form, "seen": SeenForm(request.POST)}, status=422)


def _both(request: HttpRequest, case_id: UUID, form: EditForm, conflict: Conflict) -> HttpResponse:
    """What was typed, and what stands now; saving again from here is saving over what stands now, knowingly."""
    view = view_for(request, case_id, "edit")
    mine = {name: form.cleaned_data[name] for name in form.fields if name != "version"}
    again = EditForm(initial={**mine, "version": view.case_version})
    theirs = [
        {"label": again.fields[name].label, "text": _shown(again, view, name)}
        for name, text in mine.items()
        if text != texts_of(view)[name]
    ]
    context = {"form": again, "theirs": theirs, "conflict": conflict.message}
    return answer(request, "cases/edit.html", view, context, status=409)


def _shown(form: EditForm, view: CaseView, name: str) -> Any:
    """A code as its label, a text as it is."""
    value = texts_of(view)[name]
    choices = getattr(form.fields[name], "choices", None)
    return dict(choices).get(value, value) if choices else value
