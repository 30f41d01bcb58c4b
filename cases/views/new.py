"""Enter a new case: the patient found by number or entered anew, the case, its material. One page, one act."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import member_required, the_actor
from cases import looks
from cases.actions.fields import MaterialFields
from cases.actions.register import NewCase, register
from cases.forms.case import CaseForm
from cases.forms.material import MaterialRows, material_of
from cases.forms.patient import (
    FindPatientForm,
    IdentifierForm,
    IdentifierRows,
    PatientForm,
    identifiers,
)
from cases.forms.rows import Rows, change, typed, typed_rows
from cases.numbers import NUMBER_SYSTEMS, OWN_SYSTEM
from cases.patients import PatientView, find_by_number, get_patient
from cases.policy import may_register, own_organisation
from cases.views.common import errors_of, put_errors
from cases.views.rows import MATERIAL, material_context, material_step
from core.actor import Actor
from core.errors import Conflict, Forbidden, Hidden, Invalid

NUMBERS = "numbers"


@member_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, its buttons (each shows the page again with everything that was typed), and registering."""
    actor = the_actor(request)
    if not may_register(actor):
        raise Forbidden(_("Your role does not enter cases."))
    if request.method == "GET":
        return _page(request, _empty())
    step = request.POST.get("step", "register")
    if step == "register":
        return _register(request, actor)
    return _page(request, _after(request.POST, actor, step))


def _empty() -> dict[str, Any]:
    return {
        "find": FindPatientForm(),
        "patient_form": PatientForm(),
        "numbers": IdentifierRows(initial=[{"system": OWN_SYSTEM}], prefix=NUMBERS),
        "case_form": CaseForm(),
        **material_context(MaterialRows(prefix=MATERIAL)),
    }


def _after(data: QueryDict, actor: Actor, step: str) -> dict[str, Any]:
    """The page after one of its buttons."""
    number_rows = change(typed_rows(IdentifierForm, data, NUMBERS), NUMBERS, step)
    context: dict[str, Any] = {
        "find": FindPatientForm(initial=typed(FindPatientForm, data)),
        "patient_form": PatientForm(initial=typed(PatientForm, data)),
        "case_form": CaseForm(initial=typed(CaseForm, data)),
        "chosen": _chosen(actor, data),
        "focus_add_number": step.startswith(f"remove:{NUMBERS}"),
        **material_step(data, step),
    }
    if step == "find":
        number = data.get("number", "").strip()
        found = find_by_number(actor, number)
        looks.patients_searched(actor, found, "number")
        context |= {"found": found, "has_looked": True, "chosen": found[0] if len(found) == 1 else None}
        if not found:
            context["patient_form"].fields["family_name"].widget.attrs["autofocus"] = True
        if not found and number and not any(row.get("value") for row in number_rows):
            number_rows = [{"system": OWN_SYSTEM, "value": number}]
    elif step.startswith("choose:"):
        context["chosen"] = _patient(actor, step.removeprefix("choose:"))
    elif step == "other":
        context["chosen"] = None
    context["numbers"] = IdentifierRows(initial=number_rows, prefix=NUMBERS)
    if step == f"add:{NUMBERS}":
        context["numbers"].forms[-1].fields["system"].widget.attrs["autofocus"] = True
    return context


def _chosen(actor: Actor, data: QueryDict) -> PatientView | None:
    return _patient(actor, data.get("patient", ""))


def _patient(actor: Actor, key: str) -> PatientView | None:
    """The patient of the own register whom the form names; somebody else's is nobody."""
    try:
        return get_patient(actor, UUID(key)) if key else None
    except (ValueError, Hidden):
        return None


def _register(request: HttpRequest, actor: Actor) -> HttpResponse:
    data = request.POST
    chosen = _chosen(actor, data)
    form, case_form = PatientForm(data), CaseForm(data)
    numbers, rows = IdentifierRows(data, prefix=NUMBERS), MaterialRows(data, prefix=MATERIAL)
    person_is_valid = chosen is not None or all([form.is_valid(), numbers.is_valid()])
    material = MaterialFields()
    rows_are_valid = rows.is_valid()
    if rows_are_valid:
        wanted = material_of(rows)
        material, rows_are_valid = wanted.fields, not wanted.problems
    reason, status = "", 422
    if all([person_is_valid, case_form.is_valid(), rows_are_valid]):
        case = NewCase(case=case_form.fields_in(own_organisation(actor).time_zone), material=material)
        if chosen:
            version = data.get("patient_version", "")
            known = int(version) if version.isdecimal() and len(version) < 10 else 0
            case = replace(case, patient_id=chosen.id, patient_version=known)
        else:
            case = replace(case, patient=form.fields_with(identifiers(numbers)))
        try:
            made = register(actor=actor, new=case)
        except Invalid as refusal:
            left = put_errors(case_form, put_errors(form, refusal.fields, "patient."), "case.")
            reason = " ".join(left.values())
        except Conflict as conflict:
            reason, status = conflict.message, 409
        else:
            messages.success(request, _("Case %(number)s is registered.") % {"number": made.accession_number})
            return redirect("cases:detail", made.pk)
    context = {
        "find": FindPatientForm(initial=typed(FindPatientForm, data)),
        "chosen": chosen,
        "patient_form": form if chosen is None else PatientForm(initial=typed(PatientForm, data)),
        "numbers": numbers,
        "case_form": case_form,
        "reason": reason,
        **material_context(rows),
    }
    return _page(request, context, status)


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    rows: Rows = context["rows"]
    numbers: Rows = context["numbers"]
    shown = [] if context.get("chosen") else [context["patient_form"], *numbers.forms]
    forms = [*shown, context["case_form"], *rows.forms]
    context |= {"errors": errors_of(forms), "number_systems": NUMBER_SYSTEMS, "is_first": request.method == "GET"}
    return render(request, "cases/new.html", context, status=status)
