"""Saving the draft of an opinion: by itself while it is written (JSON), or by the button that leads to the preview."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.doors import member_required, the_actor
from consult.reports.actions.edit import edit as edit_action
from consult.reports.forms import OpinionForm
from consult.reports.models import Report
from consult.reports.states import REPORT
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.web.dates import clinical_time
from core.web.posted import posted_from
from core.workflow.last import last_step_is_own


@member_required
@posted_from("reports:detail", "report_id")
def edit(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Store what was sent. The version on the screen comes as If-Match (a script) or as the field `version` (a page).

    A script gets {version, time}, or a 409 whose `current.fields` holds the other text (`own`: of the same
    person); a page goes to the preview.
    """
    form = OpinionForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("The draft was not saved."), fields={name: str(e[0]) for name, e in form.errors.items()})
    actor = the_actor(request)
    try:
        report = edit_action(
            actor=actor,
            report_id=report_id,
            version=version_on_screen(request),
            seen=form.seen(),
            text=form.text(),
        )
    except Conflict as conflict:
        raise _with_fields(actor, report_id, conflict) from conflict
    if "json" in request.headers.get("Accept", ""):
        return JsonResponse({"version": report.version, "time": clinical_time(clock.now())})
    return redirect("reports:preview", report.pk)


def version_on_screen(request: HttpRequest) -> int:
    """The version from If-Match, else from the form. Raises Invalid where neither says one."""
    text = request.headers.get("If-Match", "") or request.POST.get("version", "")
    text = text.removeprefix("W/").strip('"')
    if not text.isdecimal() or len(text) > 9:
        raise Invalid(_("Send the version that was on the screen, as If-Match."), fields={"version": _("Missing.")})
    return int(text)


def _with_fields(actor: Actor, report_id: UUID, conflict: Conflict) -> Conflict:
    """The other text, and whose it is, under the names that autosave.mjs reads; one about the patient has none."""
    if "draft" not in conflict.current:
        return conflict
    current = {key: value for key, value in conflict.current.items() if key != "draft"}
    own = last_step_is_own(actor, REPORT.noun, report_id)
    return Conflict(conflict.message, current={**current, "fields": conflict.current["draft"], "own": own})


def saved_text(report: Report) -> dict[str, str]:
    """The draft as the initial values of its form."""
    return {str(name): str(text) for name, text in report.draft.items()}
