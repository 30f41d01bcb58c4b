"""The list of cases: a page by keyset, filters as codes, and the way straight to an accession number."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.doors import member_required, the_actor
from cases import looks, page_hooks, paging
from cases.access import branches
from cases.access.pages import case_page
from cases.access.queries import visible_cases
from cases.access.view import case_views
from cases.banner import age_words
from cases.forms.case import FilterForm, JumpForm
from cases.models import Case
from cases.numbers import is_number
from cases.policy import may_register
from cases.queries import slide_counts
from cases.states import Status
from core import clock
from core.actor import Actor
from core.web.posted import posted_from

# The shapes of the design (core.web.templatetags.ui.STATUS_ICONS).
STATUS_KINDS = {Status.OPEN: "open", Status.CLOSED: "closed"}


@member_required
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """One page of what the actor may see, newest first."""
    actor = the_actor(request)
    form = FilterForm(request.GET)
    filters = form.filters()
    page = case_page(actor, filters, paging.decode(request.GET.get("after", "")))
    purpose = page_hooks.purpose_of(request.GET.get("for", ""), actor)
    chosen = {name: form.cleaned_data[name] for name in form.fields if form.cleaned_data.get(name)}
    is_filtered = bool(chosen)
    looks.listed(actor, chosen, page.cases)
    chosen |= {"for": purpose.name} if purpose else {}
    here = reverse("cases:list")
    context = {
        "rows": rows(actor, page.cases, purpose),
        "purpose": purpose,
        "form": form,
        "jump": JumpForm(auto_id="jump_%s"),
        "is_filtered": is_filtered,
        "first_url": f"{here}?{urlencode(chosen)}" if "after" in request.GET else "",
        "older_url": f"{here}?{urlencode({**chosen, 'after': paging.encode(page.after)})}" if page.after else "",
    }
    return _answer(request, actor, context)


@member_required
@posted_from("cases:list")
def jump(request: HttpRequest) -> HttpResponse:
    """Go to the case with this accession number, spaces and case aside; where several have it, choose."""
    actor = the_actor(request)
    form = JumpForm(request.POST, auto_id="jump_%s")
    found: list[Case] = []
    if form.is_valid():
        found = _with_number(actor, form.cleaned_data["accession_number"])
        looks.listed(actor, {"by": "accession_number"}, found)
    if len(found) == 1:
        return redirect("cases:detail", found[0].pk)
    if form.is_valid() and not found:
        form.add_error("accession_number", _("You can see no case with exactly this number."))
    context = {"rows": rows(actor, found), "form": FilterForm(), "jump": form, "has_jumped": True}
    return _answer(request, actor, context, status=200 if found else 422)


def _with_number(actor: Actor, number: str) -> list[Case]:
    """The cases with this number of which the actor may know the number."""
    known = visible_cases(actor, branches.VIEW_IDENTITY) & visible_cases(actor)
    found = known.select_related("patient", "organisation").filter(is_number("accession_number", number))
    return list(found.order_by("organisation__name")[:20])


def rows(actor: Actor, cases: list[Case], purpose: page_hooks.Purpose | None = None) -> list[Mapping[str, Any]]:
    """The lines of the table: the view of each case, the age, the slides, how its status looks, where it leads."""
    views = case_views(actor, cases)
    counts, today = slide_counts(actor, [view.id for view in views]), clock.now().date()
    return [
        {
            "view": view,
            "url": purpose.url(view.id) if purpose and view.is_home else reverse("cases:detail", args=[view.id]),
            "age": age_words(view.birth, today),
            "slides": counts.get(view.id, 0),
            "kind": STATUS_KINDS[Status(view.status)],
            "status": _status(case),
        }
        for case, view in zip(cases, views, strict=True)
    ]


def _status(case: Case) -> str:
    return str(case.get_status_display())


def _answer(request: HttpRequest, actor: Actor, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "cases/list.html", {**context, "may_register": may_register(actor)}, status=status)
