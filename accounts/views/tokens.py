"""The tokens of the laboratory's machines: making one, looking at them, withdrawing one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import policy, queries
from accounts.actions.make_token import make_token
from accounts.actions.withdraw_token import withdraw_token
from accounts.doors import person_required, the_actor
from accounts.forms import add_refusal
from accounts.models import MachineToken
from accounts.reauthentication import FIELDS
from accounts.token_forms import TokenForm, WithdrawForm
from core.actor import Actor
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.web.posted import posted_from
from core.web.refusals import audit_denial


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """The laboratory's tokens with the form for a new one; its text stands on the answer to that form alone."""
    actor = _reader(request)
    makes = policy.may_make_tokens(actor)
    if request.method == "POST" and not makes:
        raise Forbidden(_("Tokens are made by the administrator of a laboratory, for its own machines."))
    form = TokenForm(request.POST or None, request=request) if makes else None
    status, made, text = 200, None, ""
    if form is not None and request.method == "POST":
        status = 422
        if form.is_valid():
            given = {name: value for name, value in form.cleaned_data.items() if name not in FIELDS}
            try:
                made, text = make_token(actor=actor, **given)
            except Invalid as refusal:
                audit_denial(request, refusal)
                add_refusal(form, refusal)
            else:
                status, form = 200, None
    rows = queries.recent_tokens(actor)
    several = len({each.token.organisation_id for each in rows}) > 1
    context = {"form": form, "rows": rows, "made": made, "text": text, "several": several}
    return render(request, "accounts/tokens.html", context, status=status)


@require_safe
@person_required
def token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """One token, and withdrawing it."""
    return _page(request, _token(_reader(request), token_id), WithdrawForm(request=request))


@person_required
@posted_from("accounts:token", "token_id")
def withdraw(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """It opens nothing from now on."""
    actor = _reader(request)
    found = _token(actor, token_id)
    form = WithdrawForm(request.POST, request=request)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        withdraw_token(actor=actor, token_id=token_id)
    except Conflict as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The token of %(name)s is withdrawn.") % {"name": found.name})
    return redirect("accounts:tokens")


def _page(request: HttpRequest, found: MachineToken, form: WithdrawForm, *, status: int = 200) -> HttpResponse:
    may_withdraw = policy.administered(the_actor(request)).filter(pk=found.organisation_id).exists()
    context = {"row": queries.token_row(found), "form": form, "may_withdraw": may_withdraw and not found.withdrawn_at}
    return render(request, "accounts/token.html", context, status=status)


def _reader(request: HttpRequest) -> Actor:
    actor = the_actor(request)
    if not policy.sees_tokens(actor):
        raise Forbidden(_("Tokens of machines are for the administrators and privacy officers of a laboratory."))
    return actor


def _token(actor: Actor, token_id: UUID) -> MachineToken:
    rows = policy.visible_tokens(actor).select_related("organisation", "created_by", "withdrawn_by")
    found = rows.filter(pk=token_id).first()
    if found is None:
        raise Hidden(_("This token is not there."))
    return found
