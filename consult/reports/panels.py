"""The reports' section of the case page."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.hooks import Panel
from consult.reports.policy import MADE, visible_reports
from core.actor import Actor


def reports_of_case(request: HttpRequest, actor: Actor, case_id: UUID) -> Iterable[Panel]:
    """The signed and received reports of the case that the actor may see, newest first, with their versions."""
    reports = (
        visible_reports(actor)
        .filter(case=case_id, status__in=MADE)
        .select_related("organisation")
        .prefetch_related("versions__signatures", "versions__document")
        .order_by("-created_at")
    )
    return [Panel(_("Reports"), "reports/_of_case.html", {"reports": list(reports)}, order=30)]
