"""What the pages about one case share: the actor, the case as the actor may see it, and refusing what is not theirs."""

from collections.abc import Iterable, Mapping
from typing import cast
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.doors import the_actor
from cases.access.queries import get_case
from cases.access.view import CaseView, case_view
from cases.banner import banner
from cases.forms.case import seen_of
from cases.looks import open_case
from cases.models import Case
from cases.policy import parties
from cases.states import CASE
from core.actor import Actor
from core.errors import Forbidden
from core.web.templatetags.ui import error_summary


def must_allow(actor: Actor, case: Case, action: str) -> None:
    """Refuse a page whose action the actor could not take: 409 from this state, 403 for this role."""
    rule = CASE.rule(case.status, action)
    if not rule.parties & parties(actor, case):
        raise not_yours()


def not_yours() -> Forbidden:
    """The refusal for a reader of a shared case."""
    return Forbidden(_("You can see this case, but changing it is for its own laboratory."))


def view_for(request: HttpRequest, case_id: UUID, action: str) -> CaseView:
    """The case for a page that takes `action` on it: a look (audited) at GET, a plain read at POST."""
    actor = the_actor(request)
    case = looked_at(request, case_id)
    must_allow(actor, case, action)
    return case_view(actor, case)


def looked_at(request: HttpRequest, case_id: UUID) -> Case:
    """The case for a page with a form. Raises Hidden."""
    actor = the_actor(request)
    return open_case(actor, case_id) if request.method == "GET" else get_case(actor, case_id)


def answer(
    request: HttpRequest, template: str, view: CaseView, context: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """A page about one case, with its banner and the versions to carry."""
    everything = {"view": view, "banner": banner(view), "seen": seen_of(view), **context}
    return render(request, template, everything, status=status)


def put_errors(form: BaseForm, fields: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """Put an action's refusals (by field, below `prefix`) on the form; those of fields it does not have come back."""
    other = {}
    for key, text in fields.items():
        name = key.removeprefix(prefix)
        name = getattr(form, "called", {}).get(name, name)
        if key.startswith(prefix) and name in form.fields:
            form.add_error(name, text)
        else:
            other[key] = text
    return other


def errors_of(forms: Iterable[BaseForm]) -> list[dict[str, str]]:
    """Everything wrong in these forms, for components/error_summary.html."""
    return cast(list[dict[str, str]], error_summary(*forms)["errors"])
