"""Add material to a case, by rows or written down, and correct what was labelled wrongly."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import member_required, the_actor
from cases.access.queries import get_case
from cases.access.view import CaseView
from cases.actions.add_material import add_material
from cases.actions.correct_material import correct_material
from cases.forms.case import ReasonForm, SeenForm
from cases.forms.material import CorrectionForms, MaterialRows, material_of
from cases.material import known_material
from cases.queries import material, readers
from cases.views.common import answer, errors_of, put_errors, view_for
from cases.views.rows import MATERIAL, material_context, material_step, offered
from core.errors import Conflict, Invalid


@member_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """More parts, blocks and slides."""
    actor = the_actor(request)
    view = view_for(request, case_id, "add_material")
    if request.method == "GET":
        return _add_page(request, view, material_context(MaterialRows(prefix=MATERIAL)))
    step = request.POST.get("step", "save")
    if step != "save":
        return _add_page(request, view, material_step(request.POST, step))
    rows = MaterialRows(request.POST, prefix=MATERIAL)
    reason, status = "", 422
    if rows.is_valid():
        wanted = material_of(rows, known_material(get_case(actor, case_id)))
        if not rows.filled():
            reason = _("Enter at least one part, block or slide.")
        elif not wanted.problems:
            try:
                add_material(actor=actor, case_id=case_id, seen=SeenForm(request.POST).seen(), material=wanted.fields)
            except Invalid as refusal:
                reason = " ".join(refusal.fields.values()) or refusal.message
            except Conflict as conflict:
                reason, status = conflict.message, 409
            else:
                messages.success(request, _("The material is added."))
                return redirect("cases:detail", case_id)
    return _add_page(request, view, {**material_context(rows), "reason": reason}, status)


def _add_page(request: HttpRequest, view: CaseView, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context |= {"parts": material(the_actor(request), view), "errors": errors_of(context["rows"].forms)}
    return answer(request, "cases/add_material.html", view, context, status=status)


@member_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The labels and kinds of what is there."""
    actor = the_actor(request)
    view = view_for(request, case_id, "correct_material")
    parts = material(actor, view)
    if request.method == "GET":
        return _correct_page(request, view, CorrectionForms(parts), ReasonForm())
    pieces, why = CorrectionForms(parts, request.POST), ReasonForm(request.POST)
    problem, status = "", 422
    if all([pieces.is_valid(), why.is_valid()]):
        try:
            correct_material(
                actor=actor,
                case_id=case_id,
                seen=SeenForm(request.POST).seen(),
                corrections=pieces.corrections(),
                reason=why.cleaned_data["reason"],
            )
        except Invalid as refusal:
            problem = " ".join(put_errors(why, refusal.fields).values()) or refusal.message
        except Conflict as conflict:
            problem, status = conflict.message, 409
        else:
            messages.success(request, _("The material is corrected."))
            return redirect("cases:detail", case_id)
    return _correct_page(request, view, pieces, why, problem, status)


def _correct_page(
    request: HttpRequest,
    view: CaseView,
    pieces: CorrectionForms,
    why: ReasonForm,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "part_forms": list(pieces.parts.values()),
        "block_forms": list(pieces.blocks.values()),
        "slide_forms": list(pieces.slides.values()),
        "errors": errors_of([why, *pieces.all()]) if status != 200 else [],
        "why": why,
        "problem": problem,
        "readers": readers([view.id]),
        **offered(),
    }
    return answer(request, "cases/correct_material.html", view, context, status=status)
