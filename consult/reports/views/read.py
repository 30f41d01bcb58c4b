"""Reading a report: the version as paper, its signatures and hash, and whether its PDF is there yet."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import member_required, the_actor
from consult.reports import hooks
from consult.reports.models import ReportVersion
from consult.reports.models.report import Kind
from consult.reports.policy import MADE, get_report, is_open, visible_versions
from consult.reports.queries import Reading, as_known, identity, paper, reading
from consult.reports.states import Status
from core.actor import Actor
from core.errors import Conflict, Hidden


@require_safe
@member_required
def detail(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The newest version, or the one that ?version= names. A draft is shown where it is written."""
    actor = the_actor(request)
    report = get_report(actor, report_id)
    if report.status not in MADE:
        page = hooks.writing_page(report) if report.status == Status.DRAFT else ""
        if page:
            return redirect(page)
        raise Conflict(_("This draft was discarded: it was never signed."))
    number = request.GET.get("version", "")
    read = reading(actor, report_id, int(number) if number.isdecimal() and len(number) < 5 else None)
    return render(request, "reports/detail.html", _context(actor, read) | {"owed": hooks.owed(actor, read.report)})


def _context(actor: Actor, read: Reading) -> dict[str, object]:
    return {
        "read": read,
        "report": read.report,
        "banner": identity(actor, read.report, read.content),
        "paper": paper(read.report, read.content, read.signatures, is_masked=read.is_masked),
        "is_received": read.report.kind == Kind.RECEIVED,
        "is_kept": read.report.kind == Kind.RECEIVED and not is_open(actor, read.report),
        "zone": read.report.organisation.time_zone,
        "writing_page": hooks.writing_page(read.report),
        "document": read.document,
        "waits_for_document": _waits(read),
        "number": read.version.number,
    }


def _waits(read: Reading) -> bool:
    """Whether a PDF is on its way: signed versions get one, what came from outside does not."""
    return bool(read.signatures) and read.document is None and not read.is_masked


@require_safe
@member_required
def document(request: HttpRequest, report_id: UUID, number: int) -> HttpResponse:
    """The PDF's button, or the word that it is being made, which asks again by itself."""
    version = made_version(the_actor(request), report_id, number)
    context = {
        "report": version.report,
        "number": number,
        "document": getattr(version, "document", None),
        "waits_for_document": True,
    }
    return render(request, "reports/_document.html", context)


def made_version(actor: Actor, report_id: UUID, number: int) -> ReportVersion:
    """A version whose PDF this actor may have, or Hidden: the PDF names the patient, so a pseudonym is not enough."""
    version = (
        visible_versions(actor)
        .filter(report=report_id, number=number)
        .select_related("report__case__organisation", "report__organisation", "document")
        .first()
    )
    if version is None or as_known(actor, version)[1] or not version.signatures.exists():
        raise Hidden(_("There is nothing here that you may see."))
    return version
