"""The laboratory brings in its own report of a case, or a newer version of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import member_required, the_actor
from cases.access.queries import get_case
from cases.access.view import case_view
from cases.banner import banner
from cases.models import Case
from cases.policy import parties
from consult.reports.actions.receive import receive as receive_action
from consult.reports.forms import ReceiveForm
from consult.reports.models import ReportVersion
from consult.reports.models.report import Kind
from consult.reports.queries import looked_at
from core.errors import Conflict, Forbidden, Invalid, Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def receive(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The form, starting from the version that is there; afterwards the new version. Raises Hidden or Forbidden."""
    actor = the_actor(request)
    case = get_case(actor, case_id)
    if "editor" not in parties(actor, case):
        raise Forbidden(_("Only the case's own laboratory brings in its report."))
    last = _last(case)
    if request.method != "POST":
        if last is not None:
            looked_at(actor, last)
        return _page(request, case, last, ReceiveForm(initial=_initial(case, last), is_newer=last is not None))
    form = ReceiveForm(request.POST, is_newer=last is not None)
    if not form.is_valid():
        return _page(request, case, last, form, status=422)
    given = form.cleaned_data
    try:
        version = receive_action(
            actor=actor,
            case_id=case_id,
            seen=form.seen(),
            diagnosis=given["diagnosis"],
            microscopy=given["microscopy"],
            comment=given["comment"],
            author=given["author"],
            reason=given.get("reason", ""),
            after_version=given["after_version"],
        )
    except Invalid as refusal:
        for name, message in refusal.fields.items():
            form.add_error(name if name in form.fields else None, message)
        return _page(request, case, last, form, status=422)
    except Conflict as refusal:
        case = get_case(actor, case_id)
        return _page(request, case, _last(case), _again(form, case, _last(case)), status=409, refusal=refusal)
    messages.success(request, _("The report is stored as version %(number)s.") % {"number": version.number})
    return redirect("reports:detail", version.report_id)


def _last(case: Case) -> ReportVersion | None:
    versions = ReportVersion.objects.filter(report__case=case, report__kind=Kind.RECEIVED)
    return versions.select_related("report__case", "report__organisation").order_by("-number").first()


def _initial(case: Case, last: ReportVersion | None) -> dict[str, object]:
    content = last.tree if last else None
    texts = {code: content.text(code) for code in ("diagnosis", "microscopy", "comment")} if content else {}
    return {
        **texts,
        "author": content.requester.printed_name if content else "",
        "after_version": last.number if last else None,
        "seen_case": case.identity_version,
        "seen_patient": case.patient.version,
    }


def _again(form: ReceiveForm, case: Case, last: ReportVersion | None) -> ReceiveForm:
    """What was typed, on what stands now: looked at once more, it can be sent."""
    now = _initial(case, last)
    guards = {name: now[name] for name in ("after_version", "seen_case", "seen_patient")}
    typed = {name: value for name, value in form.cleaned_data.items() if name not in guards}
    return ReceiveForm(initial={**typed, **guards}, is_newer=last is not None)


def _page(
    request: HttpRequest,
    case: Case,
    last: ReportVersion | None,
    form: ReceiveForm,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    view = case_view(the_actor(request), case)
    context = {"view": view, "banner": banner(view), "last": last, "form": form, "refusal": refusal}
    return render(request, "reports/receive.html", context, status=status)
