"""The PDF of a signed version, as it was made."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import member_required, the_actor
from cases.looks import look
from consult.reports.audit_names import DOWNLOADED
from consult.reports.models import ReportDocument, ReportVersion
from consult.reports.views.read import made_version
from core.actor import Actor
from core.errors import Conflict


@require_safe
@member_required
def pdf(request: HttpRequest, report_id: UUID, number: int) -> HttpResponseBase:
    """The file as an attachment; 409 while it is being made. Its name says nothing about anybody."""
    return send(the_actor(request), made_version(the_actor(request), report_id, number))


def send(actor: Actor, version: ReportVersion) -> FileResponse:
    """The stored document, streamed, with a row that says who took it."""
    document: ReportDocument | None = getattr(version, "document", None)
    if document is None or not default_storage.exists(document.name):
        raise Conflict(_("The PDF is being made. Try again in a moment."))
    report = version.report
    look(
        actor,
        DOWNLOADED,
        report.case,
        object_kind="report",
        object_id=report.pk,
        object_version=version.number,
        facts={"sha256": document.sha256},
    )
    response = FileResponse(
        default_storage.open(document.name),
        as_attachment=True,
        filename=f"report-{report.pk.hex[-12:]}-v{version.number}.pdf",
        content_type="application/pdf",
    )
    response["Cache-Control"] = "no-store"
    return response
