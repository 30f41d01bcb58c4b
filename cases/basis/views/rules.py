"""The rules for sharing of the own organisation: the one that holds, earlier ones; confirming, stating, dropping."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.doors import member_required, the_actor
from cases.basis.actions.rule import confirm_rule, drop_rule, state_rule
from cases.basis.forms import DropForm, KnownForm, RuleForm
from cases.basis.policy import reads_rules, rule_parties, visible_rules
from cases.basis.rules import rule_for
from cases.basis.words import rule_view
from cases.views.common import put_errors
from core import clock
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid
from core.web.posted import posted_from

SHOWN = 100


def must_read(actor: Actor) -> None:
    """Forbidden for who reads no rules."""
    if not reads_rules(actor):
        raise Forbidden(_("The rules for sharing are read in the laboratory that they hold for."))


@member_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The rule that holds, whether it was confirmed locally, and every version that is or was."""
    actor = the_actor(request)
    must_read(actor)
    applied = rule_for(actor.lab())
    context = {
        "rule": rule_view(applied),
        "versions": visible_rules(actor).select_related("organisation").order_by("-valid_from", "-pk")[:SHOWN],
        "may_set": bool(rule_parties(actor)),
        "is_own": applied.rule is not None and applied.rule.organisation_id == actor.organisation,
        "form": KnownForm(initial={"known": applied.rule.pk if applied.rule else None}),
    }
    return render(request, "basis/rules.html", context)


@member_required
@posted_from("basis:rules")
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the rule that was on the screen."""
    actor = the_actor(request)
    form = KnownForm(request.POST)
    known = form.cleaned_data["known"] if form.is_valid() else None
    try:
        confirm_rule(actor=actor, known=known)
    except Conflict as conflict:
        messages.warning(request, conflict.message)
    else:
        messages.success(request, _("The rule is confirmed for your organisation."))
    return redirect("basis:rules")


@member_required
@require_http_methods(["GET", "POST"])
def state(request: HttpRequest) -> HttpResponse:
    """The form holds the rule of now; what is changed becomes the organisation's own. What was typed stays."""
    actor = the_actor(request)
    if not rule_parties(actor):
        raise Forbidden(_("Rules for sharing are confirmed and stated by the administrators of a laboratory."))
    applied = rule_for(actor.lab())
    initial = RuleForm.initial_of(applied.conditions) | {
        "known": applied.rule.pk if applied.rule else None,
        "as_of": timezone.localdate(clock.now()),
    }
    form, status, conflict = RuleForm(request.POST or None, initial=initial), 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                state_rule(
                    actor=actor,
                    conditions=form.conditions(),
                    source=data["source"],
                    reason=data["reason"],
                    as_of=data["as_of"],
                    known=data["known"],
                )
            except Invalid as refusal:
                put_errors(form, refusal.fields)
            except Conflict as lost:
                status, conflict = 409, lost.message
                form.data = {**request.POST.dict(), "known": str(initial["known"] or "")}
            else:
                messages.success(request, _("The rule holds for your organisation from now on."))
                return redirect("basis:rules")
    return render(
        request, "basis/state.html", {"form": form, "rule": rule_view(applied), "conflict": conflict}, status=status
    )


@member_required
@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest) -> HttpResponse:
    """Says which rule would hold then, and asks why. What was typed stays."""
    actor = the_actor(request)
    if not rule_parties(actor):
        raise Forbidden(_("Rules for sharing are confirmed and stated by the administrators of a laboratory."))
    own = rule_for(actor.lab()).rule
    if own is None or own.organisation_id != actor.organisation:
        messages.info(request, _("Your organisation has no rule of its own."))
        return redirect("basis:rules")
    form, status, conflict = DropForm(request.POST or None, initial={"known": own.pk}), 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                drop_rule(actor=actor, known=form.cleaned_data["known"], reason=form.cleaned_data["reason"])
            except Invalid as refusal:
                put_errors(form, refusal.fields)
            except Conflict as lost:
                status, conflict = 409, lost.message
                form.data = {**request.POST.dict(), "known": str(own.pk)}
            else:
                messages.success(request, _("Your own rule no longer holds. This is the one that does."))
                return redirect("basis:rules")
    then = rule_view(rule_for(actor.lab(), without=own.pk))
    context = {"form": form, "own": own, "then": then, "conflict": conflict}
    return render(request, "basis/drop.html", context, status=status)
