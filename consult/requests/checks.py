"""What a signer of an opinion must know first."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consult.reports.hooks import SignCheck
from consult.reports.models import Report, ReportVersion
from consult.reports.models.report import Kind
from consult.requests.models import ConsultRequest
from core.actor import Actor
from slides.queries import readings


def before_signing(actor: Actor, report: Report) -> Iterable[SignCheck]:
    """Number missing, patient corrected or the requester's own report changed since sending, slides never opened."""
    request = ConsultRequest.objects.select_related("case__patient").filter(report=report).first()
    if request is None:
        return
    page = reverse("requests:read", args=[request.pk])
    if not report.accession_number:
        message = _("Give your laboratory's own accession number first.")
        yield SignCheck("accession_number", message, blocks=True, url=f"{page}#accession-number")
    if request.patient_version != request.case.patient.version:
        yield SignCheck(
            "patient_corrected",
            _("The patient's record was corrected after the request was sent. The opinion names the patient as sent."),
            url=page,
        )
    slides = readings(report.author_id, list(request.slides.values_list("slide_id", flat=True)))
    replaced = {slide for slide, reading in slides.items() if reading.is_replaced}
    if replaced:
        yield SignCheck(
            "images_replaced",
            ngettext(
                "%(number)s slide that you opened has another image now, or none. What you saw is not what is there.",
                "%(number)s slides that you opened have another image now, or none. What you saw is not what is there.",
                len(replaced),
            )
            % {"number": len(replaced)},
            url=f"{page}?slide={min(replaced)}",
        )
    unopened = {slide for slide, reading in slides.items() if reading.is_unopened}
    if unopened:
        yield SignCheck(
            "slides_not_opened",
            ngettext("%(number)s slide was never opened.", "%(number)s slides were never opened.", len(unopened))
            % {"number": len(unopened)},
            url=f"{page}?slide={min(unopened)}",
        )
    if first_report_changed(request):
        yield SignCheck(
            "first_report_changed",
            _("The requester's own report has changed since the request was sent. Read it before you sign."),
            url=f"{page}#first-report",
        )


def first_report_changed(request: ConsultRequest) -> bool:
    """Whether a version of the requester's own report came after sending; False where the request does not share it."""
    if not request.shares_first_report:
        return False
    newest = (
        ReportVersion.objects.filter(report__case=request.case_id, report__kind=Kind.RECEIVED)
        .order_by("-number")
        .values_list("pk", flat=True)
        .first()
    )
    return newest != request.first_report_id
