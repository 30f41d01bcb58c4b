"""What a signer of an opinion must know first."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.access.view import case_view
from consult.reports.hooks import SignCheck
from consult.reports.models import Report
from consult.requests import first_report
from consult.requests.drift_words import for_signer
from consult.requests.looks import Look, looks, not_opened
from consult.requests.models import ConsultRequest
from consult.requests.since_sent import since_sent, stands
from core.actor import Actor


def before_signing(actor: Actor, report: Report) -> Iterable[SignCheck]:
    """Number missing; patient, case or the requester's own report changed since sending; slides not opened."""
    known = ConsultRequest.objects.select_related("case__patient", "case__organisation", "requester__user")
    request = known.filter(report=report).first()
    if request is None:
        return
    page = reverse("requests:read", args=[request.pk])
    if not report.accession_number:
        message = _("Give your laboratory's own accession number first.")
        yield SignCheck("accession_number", message, blocks=True, url=f"{page}#accession-number")
    yield from _since_sent(actor, request)
    looked = looks(report.author_id, request)
    if replaced := [each.slide for each in looked if each.is_replaced]:
        yield SignCheck(
            "images_replaced",
            ngettext(
                "%(number)s slide that you opened has another image now, or none. What you saw is not what is there.",
                "%(number)s slides that you opened have another image now, or none. What you saw is not what is there.",
                len(replaced),
            )
            % {"number": len(replaced)},
            url=f"{page}?slide={replaced[0].pk}",
        )
    if unopened := not_opened(looked):
        first = next((each for each in unopened if each.look == Look.NOT_OPENED), unopened[0])
        yield SignCheck(
            "slides_not_opened",
            _("Slides opened: %(opened)d of %(total)d. Not opened: %(slides)s.")
            % {
                "opened": len(looked) - len(unopened),
                "total": len(looked),
                "slides": ", ".join(each.in_words for each in unopened),
            },
            url=f"{page}?slide={first.slide.pk}",
        )
    if first_report.has_changed(request):
        yield SignCheck(
            "first_report_changed",
            _("The requester's own report has changed since the request was sent. Read it before you sign."),
            url=f"{page}#first-report",
        )


def _since_sent(actor: Actor, request: ConsultRequest) -> Iterable[SignCheck]:
    """What is different from what was sent. Who asked has to confirm another patient or number; nobody else can."""
    if stands(request, request.case):
        return
    page = reverse("requests:detail", args=[request.pk])
    for each in since_sent(request, case_view(actor, request.case)):
        yield SignCheck(each.kind, for_signer(request, each), blocks=each.blocks, url=page, by_others=each.blocks)
