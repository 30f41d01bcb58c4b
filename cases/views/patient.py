"""A patient of the own register with the cases that the actor may see."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.doors import member_required, the_actor
from cases.access import branches
from cases.looks import open_patient
from cases.views.list import rows

MOST = 100  # cases of one patient in one laboratory


@member_required
@require_GET
def show(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Who the patient is, and the cases, newest first. 404 for another laboratory's patient."""
    actor = the_actor(request)
    view = open_patient(actor, patient_id)
    cases = branches.home(actor).filter(branches.not_denied(actor), patient=patient_id)
    found = list(cases.select_related("patient", "organisation").order_by("-received_at", "-pk")[:MOST])
    return render(request, "cases/patient.html", {"view": view, "rows": rows(actor, found)})
