"""What a signer of an opinion must know first."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consult.reports.hooks import SignCheck
from consult.reports.models import Report, ReportVersion
from consult.reports.models.report import Kind
from consult.requests.models import ConsultRequest
from core.actor import Actor
from slides.queries import image_hashes, opened_slides


def before_signing(actor: Actor, report: Report) -> Iterable[SignCheck]:
    """Number missing, slides never opened, the requester's own report changed since the request was sent."""
    request = ConsultRequest.objects.filter(report=report).first()
    if request is None:
        return
    if not report.accession_number:
        yield SignCheck("accession_number", _("Give your laboratory's own accession number first."), blocks=True)
    with_pixels = image_hashes(list(request.slides.values_list("slide_id", flat=True)))
    unopened = set(with_pixels) - opened_slides(report.author_id, list(with_pixels))
    if unopened:
        yield SignCheck(
            "slides_not_opened",
            ngettext("%(number)s slide was never opened.", "%(number)s slides were never opened.", len(unopened))
            % {"number": len(unopened)},
        )
    if first_report_changed(request):
        yield SignCheck(
            "first_report_changed",
            _("The requester's own report has changed since the request was sent. Read it before you sign."),
        )


def first_report_changed(request: ConsultRequest) -> bool:
    """Whether a version of the requester's own report came after sending."""
    newest = (
        ReportVersion.objects.filter(report__case=request.case_id, report__kind=Kind.RECEIVED)
        .order_by("-number")
        .values_list("pk", flat=True)
        .first()
    )
    return newest != request.first_report_id
