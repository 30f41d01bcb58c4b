"""The legal basis of one case: the rule, what is recorded and decided; recording and ending, a page each."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.doors import member_required, the_actor
from cases.access.view import CaseView, case_view
from cases.basis.actions.end import concerns
from cases.basis.actions.end import end as end_action
from cases.basis.actions.record import record as record_action
from cases.basis.forms import EndForm, FactForm
from cases.basis.kinds import Kind, Protection
from cases.basis.models import LegalFact
from cases.basis.policy import facts_of_case, may_end, visible_decisions, visible_facts
from cases.basis.rules import rule_for
from cases.basis.words import decision_view, fact_view, rule_view
from cases.forms.case import SeenForm
from cases.models import Case
from cases.policy import parties
from cases.queries import readers
from cases.views.common import answer, looked_at, not_yours, put_errors
from core.errors import Conflict, Hidden, Invalid

SHOWN = 100


@member_required
@require_GET
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The rule with its source, what is recorded, and what was decided about each share."""
    case, view = _case(request, case_id)
    actor = the_actor(request)
    applied = rule_for(case.organisation_id)
    facts = [fact_view(each) for each in facts_of_case(actor, case).prefetch_related("organisations")[:SHOWN]]
    decisions = visible_decisions(actor).filter(case=case_id).select_related("rule__organisation")[:SHOWN]
    kinds = [each for each in Kind if each != Kind.CLEARED or applied.conditions.protection == Protection.CONFIRMED]
    context = {
        "rule": rule_view(applied),
        "facts": facts,
        "decisions": [decision_view(each) for each in decisions],
        "kinds": kinds,
    }
    return answer(request, "basis/case.html", view, context)


@member_required
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, case_id: UUID, kind: str) -> HttpResponse:
    """The form for one kind. What was typed stays when something is wrong, or is no longer what was on the screen."""
    if kind not in Kind.values:
        raise Http404
    case, view = _case(request, case_id)
    actor, applied = the_actor(request), rule_for(case.organisation_id)
    form = FactForm(
        request.POST or None,
        kind=Kind(kind),
        conditions=applied.conditions,
        own=case.organisation_id,
        by_whom=actor.name,
    )
    status, lost = 200 if request.method == "GET" else 422, ""
    if request.method == "POST" and form.is_valid():
        try:
            record_action(actor=actor, case_id=case_id, seen=SeenForm(request.POST).seen(), said=form.said())
        except Invalid as refusal:
            for text in put_errors(form, refusal.fields).values():
                form.add_error(None, text)
        except Conflict as conflict:
            status, lost = 409, conflict.message
        else:
            messages.success(request, _("It is recorded. What it opens or closes follows at once."))
            return redirect("basis:case", case_id)
    closes = kind in {Kind.REFUSAL, Kind.BLOCK, Kind.PROTECTED}
    context = {
        "form": form,
        "kind": Kind(kind),
        "rule": rule_view(applied),
        "closes": closes,
        "conflict": lost,
        "readers": readers([case_id]) if closes else [],
    }
    return answer(request, "basis/record.html", view, context, status=status)


@member_required
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, case_id: UUID, fact_id: UUID, how: str) -> HttpResponse:
    """Asks why. After a lost race the page comes back with what was typed."""
    if how not in {"withdraw", "end"}:
        raise Http404
    case, view = _case(request, case_id)
    fact = _fact(request, case, fact_id)
    if request.method == "GET" and how not in may_end(fact):
        raise Conflict(_("This is not possible now. Its state is: %(status)s.") % {"status": fact.get_status_display()})
    form = EndForm(request.POST) if request.method == "POST" else EndForm(initial={"version": fact.version})
    context = {"form": form, "fact": fact_view(fact), "withdraws": how == "withdraw"}
    if request.method == "GET" or not form.is_valid():
        return answer(request, "basis/end.html", view, context, status=200 if request.method == "GET" else 422)
    try:
        end_action(
            actor=the_actor(request),
            fact_id=fact_id,
            case_id=case_id,
            version=form.cleaned_data["version"],
            seen=SeenForm(request.POST).seen(),
            how=how,
            reason=form.cleaned_data["reason"],
        )
    except Conflict as conflict:
        kept = EndForm(initial={"version": fact.version, "reason": form.cleaned_data["reason"]})
        again = context | {"form": kept, "conflict": conflict.message}
        return answer(request, "basis/end.html", view, again, status=409)
    messages.success(request, _("It is ended. What it opens or closes follows at once."))
    return redirect("basis:case", case_id)


def _case(request: HttpRequest, case_id: UUID) -> tuple[Case, CaseView]:
    """The case, for its own laboratory. A look at GET, a plain read at POST."""
    actor = the_actor(request)
    case = looked_at(request, case_id)
    if not parties(actor, case):
        raise not_yours()
    return case, case_view(actor, case)


def _fact(request: HttpRequest, case: Case, fact_id: UUID) -> LegalFact:
    rows = visible_facts(the_actor(request)).filter(pk=fact_id).prefetch_related("organisations")
    fact = rows.first()
    if fact is None or not concerns(fact, case):
        raise Hidden(_("There is nothing here that you may see."))
    return fact
