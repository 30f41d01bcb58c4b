"""Who can see one case, why, what of it, from when until when, and the way to end it: for its own laboratory."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.doors import member_required, the_actor
from accounts.roles import SEE_HOME_CASES, labels
from cases import hooks, page_hooks
from cases.access.view import case_view
from cases.access_chart import chart
from cases.looks import open_case
from cases.views.common import answer
from cases.who import spans, standing, unshared
from cases.who_besides import besides, machines
from core import clock
from core.errors import Forbidden


@member_required
@require_GET
def access(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The page. Whoever reads the case by a share is told that this is not for them."""
    actor = the_actor(request)
    case = open_case(actor, case_id)
    view = case_view(actor, case)
    if not view.is_home:
        raise Forbidden(_("You can see this case, but who else can is for its own laboratory to know."))
    now = clock.now()
    accesses, history = standing(case_id, now), spans(case_id)
    refs = {each.ref for each in accesses} | {each.ref for each in history}
    reasons = hooks.told_reasons(actor, sorted(refs))
    panels = page_hooks.panels_of_access(request, actor, case)
    sections = [
        {"title": panel.title, "body": render_to_string(panel.template, panel.context, request), "aside": panel.aside}
        for panel in panels
    ]
    kept = hooks.kept_elsewhere(actor, case_id)
    context = {
        "accesses": [(each, reasons[each.ref]) for each in accesses],
        "past": [(each, reasons[each.ref]) for each in reversed(history) if each.end <= now],
        "chart": chart(view.organisation_short, case.received_at, history, now),
        "unshared": unshared(case_id, [each for each in accesses if not each.is_to_come], kept),
        "sections": sections,
        "home_roles": labels(SEE_HOME_CASES),
        "machines": machines(case.organisation_id),
        "kept": kept,
        "besides": besides(),
        "now": now,
    }
    return answer(request, "cases/access.html", view, context)
