"""The workbench: the slides of a request and, beside them, the question and the opinion.

The expert writes here; the laboratory that asked, and the expert's own, read the same page without the writing.
"""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import member_required, the_actor
from consult.reports.forms import OpinionForm
from consult.reports.models import Report, ReportVersion
from consult.reports.policy import MADE, visible_reports
from consult.reports.policy import parties as report_parties
from consult.reports.queries import as_known, looked_at
from consult.reports.states import REPORT
from consult.reports.views.write import saved_text
from consult.requests import first_report
from consult.requests.actions.give_number import give_number
from consult.requests.forms import NumberForm
from consult.requests.models import ConsultRequest
from consult.requests.views.screen import Screen, looked, screen
from consult.requests.views.thread import thread
from core import clock, terms
from core.actor import Actor
from core.web.dates import clinical_time
from slides.tray import TrayPart, slide_tray, slides_of


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page. A POST saves the answering laboratory's accession number, as the field for it does by itself."""
    actor = the_actor(request)
    if request.method == "POST":
        return _number(request, actor, pk)
    shown = screen(actor, pk)
    consult = shown.request
    looked(shown)
    tray = slide_tray(actor, shown.view, consult.slides.values_list("slide_id", flat=True))
    report = _report(actor, consult)
    context = shown.context | {
        "banner": shown.patient,
        "priority_code": consult.priority,
        "tray": tray,
        "current": _current(tray, request.GET.get("slide", "")),
        "report": report,
        "opinion": _opinion(actor, shown, report),
        "signed": _signed(shown, report),
        "first": None if shown.names_unknown else _first_report(actor, consult),
        "thread": thread(shown),
    }
    return render(request, "requests/workbench.html", context)


def _number(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    form = NumberForm(request.POST)
    given = form.checked()
    after = give_number(
        actor=actor,
        request_id=pk,
        version=form.version_on_screen(request),
        seen=form.seen(),
        accession_number=given["accession_number"],
    )
    return JsonResponse({"version": after.version, "time": clinical_time(clock.now())})


def _report(actor: Actor, consult: ConsultRequest) -> Report | None:
    """The opinion, if this actor may see it: its author's draft, or what was signed."""
    if consult.report_id is None:
        return None
    return visible_reports(actor).select_related("organisation", "case").filter(pk=consult.report_id).first()


@dataclass(frozen=True, slots=True)
class Opinion:
    """The draft that this actor may write, with the number that it needs."""

    report: Report
    form: OpinionForm
    needs_number: bool


def _opinion(actor: Actor, shown: Screen, report: Report | None) -> Opinion | None:
    if report is None or "edit" not in REPORT.allowed(report.status, report_parties(actor, report)):
        return None
    guards = {"seen_case": shown.view.identity_version, "seen_patient": shown.view.patient_version}
    form = OpinionForm(initial=saved_text(report) | guards)
    return Opinion(report, form, needs_number="give_number" in shown.allowed)


@dataclass(frozen=True, slots=True)
class SignedOpinion:
    """What was signed, in short; the whole of it is on the report's own page."""

    version: ReportVersion
    answer: str
    diagnosis: str
    confidence: str


def _signed(shown: Screen, report: Report | None) -> SignedOpinion | None:
    if report is None or report.status not in MADE:
        return None
    version = report.versions.prefetch_related("signatures").order_by("-number").first()
    if version is None:
        return None
    content = as_known(shown.actor, version)[0] if shown.view.is_pseudonymised else version.tree
    confidence = terms.label("confidence_levels", content.confidence) if content.confidence else ""
    return SignedOpinion(version, content.text("answer"), content.text("diagnosis"), confidence)


@dataclass(frozen=True, slots=True)
class FirstReport:
    """A version of the asking laboratory's own report; `is_newer` when it came after sending."""

    version: ReportVersion
    author: str
    sections: list[tuple[str, str]]
    is_newer: bool
    sent_number: int | None


def _first_report(actor: Actor, consult: ConsultRequest) -> FirstReport | None:
    """What this actor may see of it; leaves a row, for it is read here."""
    version = first_report.to_read(actor, consult)
    if version is None:
        return None
    looked_at(actor, version)
    content, _masked = as_known(actor, version)
    headings = {"diagnosis": _("Diagnosis"), "microscopy": _("Microscopy"), "comment": _("Comment")}
    sent = first_report.sent(consult)
    return FirstReport(
        version=version,
        author=content.requester.printed_name,
        sections=[(headings.get(each.code, each.code), each.text) for each in content.sections],
        is_newer=consult.sent_at is not None and consult.opens_first_report and version != sent,
        sent_number=sent.number if sent else None,
    )


def _current(tray: list[TrayPart], wanted: str) -> UUID | None:
    """The slide to open first: the one asked for, else the first with pixels that was not opened, else the first."""
    slides = slides_of(tray)
    asked = next((slide for slide in slides if str(slide.id) == wanted), None)
    ready = [slide for slide in slides if slide.is_ready]
    unread = next((slide for slide in ready if not slide.is_opened), None)
    found = asked or unread or next(iter(ready), None) or next(iter(slides), None)
    return found.id if found else None
