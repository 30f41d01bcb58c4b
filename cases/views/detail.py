"""The case page: who the patient is, what the case holds, who can see it, what happened; and its two small buttons."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.doors import member_required, the_actor
from cases import page_hooks
from cases.access.queries import get_case
from cases.access.view import CaseView, case_view
from cases.actions import close as moves
from cases.audit_names import CASE_READ
from cases.forms.case import SeenForm
from cases.looks import glance, open_case
from cases.models import Case
from cases.patients import get_patient
from cases.policy import parties
from cases.queries import material, readers, timeline
from cases.states import CASE, PATIENT, Status
from cases.views.common import answer
from cases.views.list import STATUS_KINDS
from core.actor import Actor
from core.web.posted import posted_from

# action: (words of its button, icon, name of its page); closing and reopening have no page of their own.
PAGES: dict[str, tuple[str | Promise, str, str]] = {
    "edit": (gettext_lazy("Edit the details"), "pencil", "cases:edit"),
    "add_material": (gettext_lazy("Add material"), "plus-lg", "cases:add_material"),
    "correct_material": (gettext_lazy("Correct labels"), "tags", "cases:correct_material"),
    "correct": (gettext_lazy("Correct the identity"), "exclamation-triangle", "cases:correct"),
}


@member_required
@require_GET
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Everything the actor may know of the case."""
    actor = the_actor(request)
    case = open_case(actor, case_id)
    view = case_view(actor, case)
    sections = [
        {"title": panel.title, "body": render_to_string(panel.template, panel.context, request), "aside": panel.aside}
        for panel in page_hooks.panels(request, actor, case)
    ]
    context: dict[str, Any] = {
        **_material(actor, view),
        "sections": sections,
        "happened": timeline(view),
        "status_kind": STATUS_KINDS[Status(view.status)],
        "status_label": case.get_status_display(),
        **_buttons(actor, case),
    }
    if view.is_home and view.patient:
        context |= {"patient": get_patient(actor, view.patient), "readers": readers([case.pk])}
    return answer(request, "cases/detail.html", view, context)


@member_required
@require_GET
def material_card(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The material alone, asked for again while an image is being prepared."""
    actor = the_actor(request)
    case = get_case(actor, case_id)
    glance(actor, CASE_READ, case, object_kind="case", object_id=case.pk, object_version=case.version)
    view = case_view(actor, case)
    context = {"view": view, **_material(actor, view), **_buttons(actor, case)}
    return render(request, "cases/_material.html", context)


@member_required
@posted_from("cases:detail", "case_id")
def close(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take the case out of the work in hand."""
    moves.close(actor=the_actor(request), case_id=case_id, seen=SeenForm(request.POST).seen())
    messages.success(request, _("The case is closed."))
    return redirect("cases:detail", case_id)


@member_required
@posted_from("cases:detail", "case_id")
def reopen(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Bring the case back."""
    moves.reopen(actor=the_actor(request), case_id=case_id, seen=SeenForm(request.POST).seen())
    messages.success(request, _("The case is open again."))
    return redirect("cases:detail", case_id)


def _material(actor: Actor, view: CaseView) -> dict[str, Any]:
    parts = material(actor, view)
    slides = [slide for part in parts for block in part.blocks for slide in block.slides]
    return {"parts": parts, "is_moving": any(slide.picture.is_moving for slide in slides)}


def _buttons(actor: Actor, case: Case) -> dict[str, Any]:
    """What the table lets this actor do now."""
    own = parties(actor, case)
    allowed = CASE.allowed(case.status, own)
    pages = [(action, *PAGES[action]) for action in PAGES if action in allowed]
    found = {
        action: {"label": label, "icon": icon, "url": reverse(name, args=[case.pk])}
        for action, label, icon, name in pages
    }
    correct_patient = ""
    if "correct" in PATIENT.allowed("registered", own):
        correct_patient = reverse("cases:correct_patient", args=[case.pk])
    return {
        "buttons": found,
        "correct_patient_url": correct_patient,
        "may_close": "close" in allowed,
        "may_reopen": "reopen" in allowed,
        "is_editor": bool(own),
    }
