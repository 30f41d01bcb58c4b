"""Who looked at a patient: for the owner laboratory, and for its privacy officer without any clinical content.

The privacy officer gets there by a whole number (consult.desk.views.audit.find) and sees accession numbers, no name.
What is made to be handed out takes a fresh proof, as taking entries out of the record does: it goes where no rule of
ours follows.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.doors import member_required, the_actor
from accounts.reauthentication import is_fresh
from accounts.roles import READ_AUDIT
from cases import paging
from cases.access import branches
from cases.models import Patient
from cases.patients import patient_view
from cases.trail import SHOWN, cases_of_trail, get_patient_of_trail, looked_at, one_of
from consult.desk.audit_names import PATIENT_PRINTED, PATIENT_READ
from consult.desk.forms import PrintForm
from consult.desk.looked.letter import letter
from consult.desk.looked.pdf import letter_pdf
from core.actor import Actor, Purpose
from core.audit.record import record


@member_required
@require_GET
def show(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The lines of all of the patient's cases in the own laboratory, or of one of them (`case`)."""
    actor = the_actor(request)
    patient, cases, case = _asked(request, actor, patient_id)
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else "all"
    after = paging.decode(request.GET.get("after", ""))
    found = looked_at(actor, cases, numbers=cases, patient=None if case else patient.pk, show=shown, after=after)
    facts: dict[str, object] = {"show": shown, "shown": len(found.lines)}
    record(actor, PATIENT_READ, object_kind="patient", object_id=patient.pk, patient=patient.pk, case=case, facts=facts)
    here = reverse("desk:looked", args=[patient.pk])
    kept = {"show": shown} | ({"case": str(case)} if case else {})
    context = {
        "lines": found.lines,
        "shows": _tabs(here, shown, case),
        "show": shown,
        "is_narrowed": case is not None,
        "cases": cases,
        "patient": patient_view(patient) if branches.sees_home(actor) else None,
        "print_form": PrintForm(initial={"case": case}),
        "print_url": reverse("desk:looked_print", args=[patient.pk]),
        "pdf_url": reverse("desk:looked_pdf", args=[patient.pk]),
        "all_url": here if case else "",
        "search_url": f"{reverse('desk:audit')}?patient={patient.pk}" if actor.role in READ_AUDIT else "",
        "first_url": f"{here}?{urlencode(kept)}" if after else "",
        "older_url": f"{here}?{urlencode({**kept, 'after': paging.encode(found.after)})}" if found.after else "",
    }
    return render(request, "desk/looked/show.html", context)


@member_required
@require_GET
def printed(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The list for the patient as a page to print."""
    if not is_fresh(request):
        return _to_a_proof(request.get_full_path())
    context = {"letter": _letter(request, patient_id, "page")}
    return render(request, "desk/looked/print.html", context)


@member_required
@require_GET
def pdf(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The same as a PDF. Its name says nothing about anybody."""
    if not is_fresh(request):
        # Not to the file: a browser would keep it and stay on the page that asked for the proof.
        return _to_a_proof(f"{reverse('desk:looked', args=[patient_id])}?{request.GET.urlencode()}")
    made = letter_pdf(_letter(request, patient_id, "pdf"))
    name = f'attachment; filename="who-looked-{patient_id.hex[-12:]}.pdf"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def _to_a_proof(after: str) -> HttpResponse:
    """The page that asks who it is, and leads to `after`."""
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': after})}")


def _letter(request: HttpRequest, patient_id: UUID, form: str) -> Any:
    """What is printed, and the row that says who had it made."""
    actor = the_actor(request)
    patient, cases, case = _asked(request, actor, patient_id)
    chosen = PrintForm(request.GET)
    chosen.is_valid()
    initial = chosen.get_initial_for_field(chosen.fields["language"], "language")
    language = chosen.cleaned_data.get("language", initial)
    is_asked_for = chosen.cleaned_data.get("purpose") == PrintForm.FOR_PATIENT
    record(
        replace(actor, purpose=Purpose.PATIENT) if is_asked_for else actor,
        PATIENT_PRINTED,
        object_kind="patient",
        object_id=patient.pk,
        patient=patient.pk,
        case=case,
        facts={"form": form, "language": language},
    )
    return letter(actor, patient, cases, language, is_for_patient=is_asked_for)


def _asked(request: HttpRequest, actor: Actor, patient_id: UUID) -> tuple[Patient, dict[UUID, str], UUID | None]:
    """The patient, the cases that the page is about, and the one it is narrowed to. Raises Hidden, and Invalid."""
    patient = get_patient_of_trail(actor, patient_id)
    cases = cases_of_trail(actor, patient)
    case = one_of(cases, request.GET.get("case", ""))
    return patient, {case: cases[case]} if case else cases, case


def _tabs(here: str, shown: str, case: UUID | None) -> list[dict[str, object]]:
    words = {"all": _("All"), "others": _("Other laboratories"), "refused": _("Refused")}
    more = {"case": str(case)} if case else {}
    return [
        {"label": words[name], "url": f"{here}?{urlencode({'show': name, **more})}", "active": name == shown}
        for name in SHOWN
    ]
