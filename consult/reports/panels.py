"""The reports' section of the case page."""

from collections.abc import Iterable

from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Case
from cases.page_hooks import Panel
from cases.policy import parties
from consult.reports.models.report import Kind
from consult.reports.policy import MADE, visible_reports, visible_versions
from consult.reports.queries import hidden_among
from core.actor import Actor


def reports_of_case(request: HttpRequest, actor: Actor, case: Case) -> Iterable[Panel]:
    """The signed and received reports of the case that the actor may see, newest first, with their versions."""
    reports = (
        visible_reports(actor)
        .filter(case=case.pk, status__in=MADE)
        .select_related("organisation")
        .prefetch_related(Prefetch("versions", visible_versions(actor)), "versions__signatures", "versions__document")
        .order_by("-created_at")
    )
    hidden = hidden_among(actor, reports)
    found = [
        (report, max(report.versions.all(), key=lambda version: version.number), report.pk in hidden)
        for report in reports
    ]
    context = {
        "reports": found,
        "is_own": case.organisation_id == actor.organisation,
        "receive_url": reverse("reports:receive", args=[case.pk]) if "editor" in parties(actor, case) else "",
        "has_received": any(report.kind == Kind.RECEIVED for report, _version, _is_hidden in found),
    }
    return [Panel(_("Reports"), "reports/_of_case.html", context, order=30)]
