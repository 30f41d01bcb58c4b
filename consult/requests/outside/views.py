"""Pages about outside experts: proposing one from a draft, and confirming who it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import member_required, the_actor
from accounts.forms import add_refusal
from accounts.proof_fields import FreshProof
from accounts.roles import ADMINISTER
from consult.requests.models import OutsideExpert
from consult.requests.outside import actions, policy
from consult.requests.outside.forms import ConfirmForm, ReasonForm, VersionForm, WhoForm
from consult.requests.outside.states import CURRENT, OUTSIDE, Status
from consult.requests.states import OPEN
from consult.requests.views.screen import looked, screen
from core.errors import Conflict, Forbidden, Invalid
from core.web.posted import posted_from
from core.workflow.events import events
from core.workflow.models import TimelineEntry

SHOWN = 200
KINDS = {
    Status.PROPOSED: "sent",
    Status.INVITED: "sent",
    Status.JOINED: "signed",
    Status.REFUSED: "declined",
    Status.WITHDRAWN: "withdrawn",
}
ICONS = {"propose": "person-plus", "confirm": "check-circle", "refuse": "x-circle", "join": "person-check"}


@require_safe
@member_required
def listing(request: HttpRequest) -> HttpResponse:
    """The outside experts of the laboratory, the newest first. For its administrators."""
    actor = the_actor(request)
    if actor.role not in ADMINISTER:
        raise Forbidden(_("This is for the administrators of your laboratory."))
    rows = [
        {"expert": each, "kind": KINDS[Status(each.status)]} for each in policy.visible_outside_experts(actor)[:SHOWN]
    ]
    return render(request, "requests/outside_list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Propose somebody for a draft; where somebody is proposed already, to that."""
    actor = the_actor(request)
    seen = screen(actor, pk)
    if "edit" not in seen.allowed:
        raise Forbidden(_("You can see this, but this step is for somebody else."))
    current = OutsideExpert.objects.filter(request=pk, status__in=CURRENT).first()
    if current is not None:
        return redirect("requests:outside_expert", current.pk)
    looked(seen, again=True)
    form = WhoForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = actions.propose(actor=actor, request_id=pk, who=form.who())
            except Invalid as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Your administrator is told. The mail goes out once they have confirmed."))
                return redirect("requests:outside_expert", made.pk)
    return render(request, "requests/outside_propose.html", seen.context | {"form": form}, status=status)


@dataclass(frozen=True, slots=True)
class Step:
    """What the button says, what is asked, which action it is, and what is said afterwards."""

    title: Promise
    form: type[VersionForm]
    call: Callable[..., OutsideExpert]
    done: Promise


STEPS = {
    "confirm": Step(
        gettext_lazy("Confirm and invite"),
        ConfirmForm,
        actions.confirm,
        gettext_lazy("Confirmed. The invitation is on its way."),
    ),
    "refuse": Step(
        gettext_lazy("Do not confirm"),
        ReasonForm,
        actions.refuse,
        gettext_lazy("Not confirmed. Your colleague is told."),
    ),
    "withdraw": Step(gettext_lazy("Withdraw"), ReasonForm, actions.withdraw, gettext_lazy("It is withdrawn.")),
}


@require_safe
@member_required
def detail(request: HttpRequest, expert_id: UUID) -> HttpResponse:
    """Who is proposed, how far it has come, and what may be done."""
    return _show(request, policy.get_outside_expert(the_actor(request), expert_id))


@member_required
@posted_from("requests:outside_expert", "expert_id")
def act(request: HttpRequest, expert_id: UUID, action: str) -> HttpResponse:
    """Take one step."""
    if action not in STEPS:
        raise Http404
    actor, step = the_actor(request), STEPS[action]
    expert = policy.get_outside_expert(actor, expert_id)
    OUTSIDE.rule(expert.status, action)
    if action not in OUTSIDE.allowed(expert.status, policy.parties(actor, expert)):
        raise Forbidden(_("You can see this, but this step is for somebody else."))
    form = _form(request, action, request.POST)
    if form.is_valid():
        try:
            step.call(actor=actor, expert_id=expert_id, **form.given())
        except Invalid as refusal:
            add_refusal(form, refusal)
        except Conflict as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, str(step.done))
            return redirect("requests:outside_expert", expert_id)
    return _show(request, expert, {action: form}, status=422)


def _form(request: HttpRequest, action: str, data: QueryDict | None, *, version: int | None = None) -> VersionForm:
    """The form of a step; the one that lets somebody in knows its request, of which it takes a proof."""
    given: dict[str, Any] = {"auto_id": f"{action}_%s", "initial": {"version": version}}
    if issubclass(STEPS[action].form, FreshProof):
        given["request"] = request
    return STEPS[action].form(data, **given)


def _show(
    request: HttpRequest, expert: OutsideExpert, bound: dict[str, VersionForm] | None = None, *, status: int = 200
) -> HttpResponse:
    actor = the_actor(request)
    offered = [name for name in OUTSIDE.allowed(expert.status, policy.parties(actor, expert)) if name in STEPS]
    forms = {name: _form(request, name, None, version=expert.version) for name in offered} | (bound or {})
    steps = TimelineEntry.objects.filter(noun=OUTSIDE.noun, noun_id=expert.pk)
    context = {
        "expert": expert,
        "kind": KINDS[Status(expert.status)],
        "forms": [{"name": name, "step": STEPS[name], "form": forms[name]} for name in offered],
        "events": events(steps, ICONS).lines,
        "asked": [(each.number, each.status in OPEN) for each in policy.asked(expert).order_by("number")],
        "is_requester": "requester" in policy.parties(actor, expert),
    }
    return render(request, "requests/outside_expert.html", context, status=status)
