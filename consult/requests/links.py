"""Where a request begins, and where it and its opinion are read and written: addresses for the rooms below."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import REQUEST
from cases.hooks import Purpose
from consult.reports.models import Report
from consult.requests.models import ConsultRequest


def request_about(case_id: UUID) -> str:
    """Where somebody asks about this case."""
    return reverse("requests:new", args=[case_id])


ASKING = Purpose("request", _("Choose the case to ask about"), lambda actor: actor.role in REQUEST, request_about)


def workbench_of(report: Report) -> str:
    """The workbench of the request that this report answers; '' where it answers none."""
    request = ConsultRequest.objects.filter(report=report).values_list("pk", flat=True).first()
    return reverse("requests:read", args=[request]) if request else ""
