"""Where a request begins, and where it and its opinion are read and written: addresses for the rooms below."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.roles import REQUEST
from cases.page_hooks import Purpose
from consult.reports.hooks import Step
from consult.reports.models import Report
from consult.requests.looks import for_both
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties, visible_requests, with_people
from consult.requests.states import REQUEST as MACHINE
from consult.requests.states import Status
from core.actor import Actor
from core.workflow.models import TimelineEntry


def request_about(case_id: UUID) -> str:
    """Where somebody asks about this case."""
    return reverse("requests:new", args=[case_id])


ASKING = Purpose("request", _("Choose the case to ask about"), lambda actor: actor.role in REQUEST, request_about)


def workbench_of(report: Report) -> str:
    """The workbench of the request that this report answers; '' where it answers none."""
    request = ConsultRequest.objects.filter(report=report).values_list("pk", flat=True).first()
    return reverse("requests:read", args=[request]) if request else ""


def why_over(report: Report) -> str:
    """Who withdrew the request that this draft was to answer, and why; '' where it ended otherwise. For its author: the
    reason without the patient, where a pseudonym hides them."""
    request = with_people(ConsultRequest.objects.filter(report=report, status=Status.WITHDRAWN)).first()
    if request is None:
        return ""
    step = TimelineEntry.objects.filter(noun="request", noun_id=request.pk, action="withdraw").order_by("at").last()
    if step is None:
        return ""
    words = gettext("%(person)s has withdrawn request %(number)s. Nothing was signed. Reason: %(reason)s")
    return words % {"person": step.person_name, "number": request.number, "reason": for_both(request)(step.reason)}


def owed(actor: Actor, report: Report) -> Step | None:
    """The acknowledgement, while somebody of the asking laboratory still owes it."""
    request = with_people(visible_requests(actor)).filter(report=report).first()
    if request is None or "acknowledge" not in MACHINE.allowed(request.status, parties(actor, request)):
        return None
    return Step(gettext("Acknowledge the opinion"), reverse("requests:act", args=[request.pk, "acknowledge"]))
