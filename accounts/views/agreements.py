"""Agreements between organisations: which there are, proposing one, and answering or ending it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts import agreements
from accounts.actions import agreement as actions
from accounts.agreement_forms import (
    PLACED,
    WE_SEND,
    AgreementConfirmForm,
    AgreementReasonForm,
    EndForm,
    ProposalForm,
    VersionForm,
)
from accounts.agreement_words import direction, work
from accounts.doors import person_required, the_actor
from accounts.forms import add_refusal
from accounts.models import Agreement, Organisation
from accounts.models.agreement import Identity, Work
from accounts.proof_fields import FreshProof
from accounts.states import AGREEMENT, BINDING, Status
from core import clock
from core.actor import Actor
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.workflow.events import events
from core.workflow.models import TimelineEntry

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Row:
    """An agreement in words. `kind` is the shape of its state: sent, signed, stopped, declined or withdrawn."""

    agreement: Agreement
    direction: str
    work: str
    kind: str
    state: str


def _row(agreement: Agreement, now: datetime) -> Row:
    kind, state = _state(agreement, now)
    return Row(agreement, direction(agreement), work(agreement), kind, state)


def _state(agreement: Agreement, now: datetime) -> tuple[str, str]:
    if agreement.status not in BINDING:
        kinds = {Status.PROPOSED: "sent", Status.DECLINED: "declined", Status.WITHDRAWN: "withdrawn"}
        return kinds[Status(agreement.status)], str(agreement.get_status_display())
    if agreement.valid_until is not None and agreement.valid_until <= now:
        return "stopped", _("Ended")
    if agreement.valid_from > now:
        return "draft", _("Not yet in force")
    return "signed", _("In force") if agreement.status == Status.CONFIRMED else str(Status.NOTICE.label)


@require_GET
@person_required
def listing(request: HttpRequest) -> HttpResponse:
    """What binds the own organisation, and for those who agree what is proposed or over."""
    actor = the_actor(request)
    if actor.membership is None and not agreements.represented(actor).exists():
        raise Forbidden(_("You belong to no laboratory at the moment."))
    now = clock.now()
    rows = [_row(each, now) for each in agreements.visible_agreements(actor)[:SHOWN]]
    may_propose = agreements.represented(actor).exists()
    return render(request, "accounts/agreements.html", {"rows": rows, "may_propose": may_propose})


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def new(request: HttpRequest) -> HttpResponse:
    """Propose an agreement."""
    actor = the_actor(request)
    own = agreements.represented(actor).filter(is_active=True).order_by("name")
    if not own:
        raise Forbidden(_("Agreements are made by the administrators of an organisation."))
    form = ProposalForm(
        request.POST or None,
        own=own,
        partners=Organisation.objects.partners().order_by("name"),
        initial={
            "first_day": timezone.localdate(clock.now()),
            "identity": Identity.IDENTIFIED,
            "direction": WE_SEND,
            "work": [Work.CONSULTATION],
        },
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            for_whom, fields = form.proposal()
            try:
                made = actions.propose(actor=actor, on_behalf_of=for_whom, fields=fields)
            except Invalid as refusal:
                placed = {PLACED.get(name, name): words for name, words in refusal.fields.items()}
                add_refusal(form, Invalid(refusal.message, fields=placed))
            else:
                messages.success(request, _("The agreement is proposed. The other organisation has been told."))
                return redirect("accounts:agreement", made.pk)
    return render(request, "accounts/agreement_new.html", {"form": form}, status=status)


@require_GET
@person_required
def detail(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """One agreement, what happened to it, and what may be done."""
    actor = the_actor(request)
    agreement = _get(actor, agreement_id)
    steps = TimelineEntry.objects.filter(noun=AGREEMENT.noun, noun_id=agreement.pk)
    icons = {"propose": "send", "confirm": "check-circle", "decline": "x-circle", "end": "pause-circle"}
    context = {
        "row": _row(agreement, clock.now()),
        "agreement": agreement,
        "acts": [
            {"name": name, "act": ACTS[name]}
            for name in AGREEMENT.allowed(agreement.status, agreements.parties(actor, agreement))
        ],
        "events": events(steps, icons).lines,
    }
    return render(request, "accounts/agreement.html", context)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do: what the button says, what it means, what is asked, which action it is."""

    title: Promise
    intro: Promise
    form: type[VersionForm]
    call: Callable[..., Agreement]
    done: Promise


ACTS = {
    "confirm": Act(
        gettext_lazy("Confirm the agreement"),
        gettext_lazy(
            "From its first day on cases may be sent as it says. Check the direction and the patients' identity."
        ),
        AgreementConfirmForm,
        actions.confirm,
        gettext_lazy("The agreement is confirmed. The other organisation has been told."),
    ),
    "decline": Act(
        gettext_lazy("Decline the agreement"),
        gettext_lazy("Nothing can be sent under it. Another one can be proposed."),
        AgreementReasonForm,
        actions.decline,
        gettext_lazy("The agreement is declined. The other organisation has been told."),
    ),
    "withdraw": Act(
        gettext_lazy("Withdraw the proposal"),
        gettext_lazy("The other organisation can no longer confirm it."),
        AgreementReasonForm,
        actions.withdraw,
        gettext_lazy("The proposal is withdrawn. The other organisation has been told."),
    ),
    "end": Act(
        gettext_lazy("Give notice"),
        gettext_lazy(
            "Nothing new can be sent under it after its last day. Requests that were sent go on to their end."
        ),
        EndForm,
        actions.end,
        gettext_lazy("Notice is given. The other organisation has been told."),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def act(request: HttpRequest, agreement_id: UUID, action: str) -> HttpResponse:
    """Ask for what an action needs, and take it. After a lost race the page shows how the agreement stands now."""
    if action not in ACTS:
        raise Http404
    actor, todo = the_actor(request), ACTS[action]
    agreement = _get(actor, agreement_id)
    AGREEMENT.rule(agreement.status, action)
    if action not in AGREEMENT.allowed(agreement.status, agreements.parties(actor, agreement)):
        raise Forbidden(_("This is for an administrator of the organisation concerned."))
    form = _form(request, todo, request.POST or None, agreement)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                todo.call(actor=actor, agreement_id=agreement_id, **form.given())
            except Invalid as refusal:
                add_refusal(form, refusal)
            except Conflict as refusal:
                agreement = _get(actor, agreement_id)
                typed = request.POST.copy()
                typed["version"] = str(agreement.version)
                form = _form(request, todo, typed, agreement)
                form.add_error(None, refusal.message)
                status = 409
            else:
                messages.success(request, str(todo.done))
                return redirect("accounts:agreement", agreement_id)
    context = {"form": form, "act": todo, "row": _row(agreement, clock.now()), "agreement": agreement}
    return render(request, "accounts/agreement_act.html", context, status=status)


def _form(request: HttpRequest, todo: Act, data: QueryDict | None, agreement: Agreement) -> VersionForm:
    """The form of a step; the one that grants knows its request, of which it takes a proof."""
    given: dict[str, Any] = {"initial": {"version": agreement.version}}
    if issubclass(todo.form, FreshProof):
        given["request"] = request
    return todo.form(data, **given)


def _get(actor: Actor, agreement_id: UUID) -> Agreement:
    agreement = agreements.visible_agreements(actor).filter(pk=agreement_id).first()
    if agreement is None:
        raise Hidden(_("There is nothing here that you may see."))
    return agreement
