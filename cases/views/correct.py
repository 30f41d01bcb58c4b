"""Correct who or what a case is: its accession number, its patient, or the patient's identity; always with a reason."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import member_required, the_actor
from cases import looks
from cases.access.queries import visible_cases
from cases.access.view import CaseView, case_view
from cases.actions.correct import correct_accession_number
from cases.actions.correct import correct_patient as correct_identity
from cases.actions.link_patient import link_patient
from cases.forms.case import NumberForm, ReasonForm, SeenForm
from cases.forms.patient import (
    FindPatientForm,
    IdentifierForm,
    IdentifierRows,
    PatientForm,
    identifiers,
    initial_of,
)
from cases.forms.rows import Rows, change, typed, typed_rows
from cases.numbers import NUMBER_SYSTEMS
from cases.patients import PatientView, find_by_number, get_patient
from cases.policy import parties
from cases.queries import Reader, readers
from cases.states import PATIENT
from cases.views.common import answer, looked_at, not_yours, put_errors, view_for
from core.actor import Actor
from core.errors import Conflict, Hidden, Invalid

NUMBERS = "numbers"


class VersionForm(ReasonForm):
    """The version of the patient that was on the screen, and why it is corrected."""

    patient_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class OtherPatientForm(ReasonForm):
    """The patient whose case it is, and why it stood under another."""

    patient = forms.UUIDField(widget=forms.HiddenInput)


@member_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The accession number, or the patient the case stands under; one form each."""
    actor = the_actor(request)
    view = view_for(request, case_id, "correct")
    number = NumberForm(initial={"accession_number": view.accession_number}, prefix="number")
    found: list[PatientView] | None = None
    find, other, status = FindPatientForm(), OtherPatientForm(prefix="other"), 200
    step = request.POST.get("step", "")
    try:
        if step == "number":
            number, status = NumberForm(request.POST, prefix="number"), 422
            if number.is_valid():
                correct_accession_number(
                    actor=actor,
                    case_id=case_id,
                    seen=SeenForm(request.POST).seen(),
                    accession_number=number.cleaned_data["accession_number"],
                    reason=number.cleaned_data["reason"],
                )
                return _done(request, case_id, _("The accession number is corrected."))
        elif step == "find":
            find = FindPatientForm(request.POST)
            found = _find(actor, find)
        elif step == "patient":
            other, status = OtherPatientForm(request.POST, prefix="other"), 422
            if other.is_valid():
                link_patient(
                    actor=actor,
                    case_id=case_id,
                    seen=SeenForm(request.POST).seen(),
                    patient_id=other.cleaned_data["patient"],
                    reason=other.cleaned_data["reason"],
                )
                return _done(request, case_id, _("The case now stands under the right patient."))
            found = _chosen(actor, request)
    except Invalid as refusal:
        form = number if step == "number" else other
        for text in put_errors(form, refusal.fields).values():
            form.add_error(None, text)
    context = {"number": number, "find": find, "other": other, "found": found, "readers": readers([case_id])}
    return answer(request, "cases/correct.html", view, context, status=status)


def _find(actor: Actor, form: FindPatientForm) -> list[PatientView]:
    found = find_by_number(actor, form.cleaned_data["number"]) if form.is_valid() else []
    looks.patients_searched(actor, found, "number")
    return found


def _chosen(actor: Actor, request: HttpRequest) -> list[PatientView]:
    try:
        return [get_patient(actor, UUID(request.POST.get("other-patient", "")))]
    except (ValueError, Hidden):
        return []


def _done(request: HttpRequest, case_id: UUID, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("cases:detail", case_id)


@member_required
@require_http_methods(["GET", "POST"])
def correct_patient(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Names, birth date, sex and numbers of the case's patient, wherever the patient has a case; closed ones too."""
    actor = the_actor(request)
    case = looked_at(request, case_id)
    if "correct" not in PATIENT.allowed("registered", parties(actor, case)):
        raise not_yours()
    view = case_view(actor, case)
    if view.patient is None:
        raise Hidden(_("There is nothing here that you may see."))
    patient = get_patient(actor, view.patient)
    if request.method == "GET":
        first, rows = initial_of(patient)
        version = VersionForm(initial={"patient_version": patient.version})
        numbers = IdentifierRows(initial=rows, prefix=NUMBERS)
        return _patient_page(request, view, PatientForm(initial=first), numbers, version)
    step = request.POST.get("step", "save")
    if step != "save":
        rows = change(typed_rows(IdentifierForm, request.POST, NUMBERS), NUMBERS, step)
        numbers = IdentifierRows(initial=rows, prefix=NUMBERS)
        if step.startswith("add:"):
            numbers.forms[-1].fields["system"].widget.attrs["autofocus"] = True
        form = PatientForm(initial=typed(PatientForm, request.POST))
        version = VersionForm(initial=typed(VersionForm, request.POST))
        return _patient_page(request, view, form, numbers, version, focus_add_number=step.startswith("remove:"))
    form, version = PatientForm(request.POST), VersionForm(request.POST)
    numbers = IdentifierRows(request.POST, prefix=NUMBERS)
    if all([form.is_valid(), numbers.is_valid(), version.is_valid()]):
        try:
            correct_identity(
                actor=actor,
                patient_id=patient.id,
                version=version.cleaned_data["patient_version"],
                fields=form.fields_with(identifiers(numbers)),
                reason=version.cleaned_data["reason"],
            )
        except Invalid as refusal:
            for text in put_errors(version, put_errors(form, refusal.fields)).values():
                form.add_error(None, text)
        except Conflict as conflict:
            kept = {**typed(VersionForm, request.POST), "patient_version": patient.version}
            again = IdentifierRows(initial=typed_rows(IdentifierForm, request.POST, NUMBERS), prefix=NUMBERS)
            mine = PatientForm(initial=typed(PatientForm, request.POST))
            extra = {"conflict": conflict.message, "theirs": patient}
            return _patient_page(request, view, mine, again, VersionForm(initial=kept), status=409, **extra)
        else:
            return _done(request, case_id, _("The patient is corrected."))
    return _patient_page(request, view, form, numbers, version, status=422)


def _patient_page(
    request: HttpRequest,
    view: CaseView,
    form: PatientForm,
    numbers: Rows,
    version: VersionForm,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """The page, with everybody whom the correction reaches."""
    reached = list(visible_cases(the_actor(request)).filter(patient=view.patient).values_list("pk", "accession_number"))
    known: Sequence[Reader] = [reader for reader in readers([key for key, _number in reached]) if reader.knows_patient]
    context |= {"form": form, "numbers": numbers, "why": version, "known": known}
    context |= {"case_numbers": [number for _key, number in reached], "number_systems": NUMBER_SYSTEMS}
    return answer(request, "cases/correct_patient.html", view, context, status=status)
