"""Where a request and its opinion are read and written: the workbench, slides and text side by side."""

from django.urls import reverse

from consult.reports.models import Report
from consult.requests.models import ConsultRequest


def workbench_of(report: Report) -> str:
    """The workbench of the request that this report answers; '' where it answers none."""
    request = ConsultRequest.objects.filter(report=report).values_list("pk", flat=True).first()
    return reverse("requests:read", args=[request]) if request else ""
