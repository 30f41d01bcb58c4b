"""The home page: what needs this person now, and the worklist. Each view, filter and page is an address."""

import hashlib
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.doors import member_required, the_actor
from accounts.roles import ADMINISTER, BREAK_GLASS, REQUEST, REVIEW_EMERGENCIES, Role
from cases import paging
from cases.emergency.policy import to_review
from cases.looks import patients_shown
from consult.desk.filters import Choice, chips, filters_from
from consult.desk.navigation import record_links
from consult.desk.needs import MOST, needs
from consult.desk.queries import View, views_for
from consult.requests.audit_names import LISTED
from consult.requests.queries import COUNTED, count, page
from consult.requests.rows import rows
from core import clock
from core.actor import Actor
from core.audit.record import record


@require_GET
@member_required
def home(request: HttpRequest) -> HttpResponse:
    """The page. A role without requests sees what it can do instead."""
    actor = the_actor(request)
    if not views_for(actor):
        may: dict[str, object] = {"administers": actor.role in ADMINISTER, "record_pages": record_links(actor)[:-1]}
        if actor.role in REVIEW_EMERGENCIES or actor.role in BREAK_GLASS:
            may["emergencies"] = {"owed": to_review(actor).count()}
        return render(request, "desk/no_worklist.html", may | {"role": Role(actor.role).label})
    context = _worklist(request, actor)
    _leave_a_row(actor, context)
    context["live"] = _live(request, context)
    context["now"] = clock.now()
    context["chips"] = chips(context["chosen"], context["filters"], request.GET)
    return render(request, "desk/home.html", context)


@require_GET
@member_required
def live(request: HttpRequest) -> HttpResponse:
    """What has changed on the page since `seen`: 204 while nothing has, else the parts to put in."""
    actor = the_actor(request)
    if not views_for(actor):
        return HttpResponse(status=204)
    context = _worklist(request, actor)
    found = _live(request, context)
    if found["digest"] == request.GET.get("seen"):
        return HttpResponse(status=204)
    _leave_a_row(actor, context)
    return render(request, "desk/_live.html", context | {"live": found, "out_of_band": True})


def _worklist(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    offered = views_for(actor)
    counts = {view.name: count(actor, view.parts(actor)) for view in offered if view.is_counted}
    chosen = _chosen(request, offered, counts)
    filters = filters_from(request.GET, chosen)
    after = paging.decode(request.GET.get("after", ""))
    found = page(actor, chosen.parts(actor), chosen.order, filters=filters, after=after)
    patients_shown(actor, (each.case.patient_id for each in found.requests))
    query = {"view": chosen.name, **_kept(request)}
    here = reverse("desk:home")
    needed = needs(actor)
    hidden = needed[MOST:]
    return {
        "needs": needed[:MOST],
        "more_needs": len(hidden),
        "more_url": f"{here}?view={hidden[0].view}" if hidden else "",
        "tabs": _tabs(here, offered, chosen, counts),
        "chosen": chosen,
        "may_request": actor.role in REQUEST,
        "filters": filters,
        "is_filtered": bool(_kept(request)),
        "rows": rows(actor, found.requests),
        "first_url": f"{here}?{urlencode(query)}" if after else "",
        "next_url": f"{here}?{urlencode({**query, 'after': paging.encode(found.after)})}" if found.after else "",
        "all_url": f"{here}?{urlencode({'view': chosen.name})}",
        "query": urlencode(query | ({"after": request.GET["after"]} if after else {})),
    }


def _chosen(request: HttpRequest, offered: list[View], counts: dict[str, int]) -> View:
    """The view of the address; at first the first one that holds something."""
    wanted = request.GET.get("view", "")
    named = next((view for view in offered if view.name == wanted), None)
    return named or next((view for view in offered if counts.get(view.name)), offered[0])


def _kept(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in Choice.NAMES if request.GET.get(name)}


def _tabs(here: str, offered: list[View], chosen: View, counts: dict[str, int]) -> list[dict[str, object]]:
    return [
        {
            "id": f"tab-{view.name}",
            "label": view.label,
            "url": f"{here}?view={view.name}",
            "active": view is chosen,
            "count": _count(counts.get(view.name)),
        }
        for view in offered
    ]


def _count(number: int | None) -> str | int | None:
    return _("%(number)d or more") % {"number": number} if number == COUNTED else number


def _live(request: HttpRequest, context: dict[str, Any]) -> dict[str, str]:
    """The parts that change by themselves, rendered, and what tells whether they did."""
    parts = {
        name: render_to_string(f"desk/_{name}.html", context, request=request) for name in ("needs", "tabs", "list")
    }
    digest = hashlib.sha256("".join(parts.values()).encode()).hexdigest()[:16]
    return parts | {"digest": digest}


def _leave_a_row(actor: Actor, context: dict[str, Any]) -> None:
    filters = context["filters"]
    facts: dict[str, object] = {
        "list": f"worklist.{context['chosen'].name}",
        "rows": len(context["rows"]),
        "status": filters.status,
        "lab": str(filters.lab or ""),
        "organ_system": filters.organ_system,
        "urgent": filters.urgent,
    }
    record(actor, LISTED, object_kind="request", facts=facts)
