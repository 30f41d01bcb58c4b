"""Accepting an invitation: the page behind the link in the mail."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import actors, identities, queries
from accounts.actions.accept_invitation import accept_invitation
from accounts.forms import AcceptForm, add_refusal
from accounts.models import Invitation, User
from accounts.views.sso import ACCEPT, leave
from core.actor import Actor, Door
from core.errors import Invalid
from core.web.dates import clinical_date

BACKEND = "accounts.backend.PersonBackend"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Name, role and laboratory with the form; or why the link no longer works, and what to do.

    404 for an altered link, 410 for one that was used, withdrawn or is too old.
    """
    invitation = queries.invitation_of(token)
    if invitation is None:
        return render(request, "accounts/join_ended.html", {"state": "altered"}, status=404)
    state = queries.state_of(invitation)
    if state != queries.OPEN:
        return render(request, "accounts/join_ended.html", {"state": state, "invitation": invitation}, status=410)
    account = queries.account_of(invitation)
    somebody = request.user if isinstance(request.user, User) else None
    later = queries.begins_later(invitation)
    context: dict[str, object] = {"invitation": invitation, "account": account, "somebody": somebody}
    context["begins_later"] = later
    if (somebody or account) and somebody != account:
        return render(request, "accounts/join_as.html", context)
    if request.method == "POST" and "organisation" in request.POST and account is None:
        wanted = [
            each
            for each in identities.serving(invitation.organisation)
            if str(each.organisation_id) == request.POST["organisation"]
        ]
        if wanted:
            return leave(request, wanted[0], ACCEPT, token=token)
    form = AcceptForm(request.POST if request.method == "POST" else None, has_account=account is not None)
    if request.method == "POST" and form.is_valid():
        given = {"password": "", **form.cleaned_data}
        try:
            person = accept_invitation(actor=_actor(request), invitation_id=invitation.pk, **given)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return _enter(request, person, invitation if later else None, is_new=account is None)
    context["form"] = form
    context["providers"] = [] if account else identities.serving(invitation.organisation)
    return render(request, "accounts/join.html", context, status=422 if request.method == "POST" else 200)


def _actor(request: HttpRequest) -> Actor:
    """The person who is signed in already, or nobody with an address."""
    found: Actor | None = getattr(request, "actor", None)
    return found or Actor(person=None, name="", door=Door.WEB, address=actors.client_address(request))


def _enter(request: HttpRequest, person: User, later: Invitation | None, *, is_new: bool) -> HttpResponse:
    """Sign a new person in (the session's key changes by it) and go to the first page; `later` is the invitation of
    which the first day is still to come."""
    if is_new:
        record_authentication(request, person, method="password")
        login(request, person, backend=BACKEND)
    if later is not None and later.first_day is not None:
        words = _("You have accepted. Your first day at %(organisation)s is %(day)s; until then it opens nothing.")
        told = {"organisation": later.organisation.name, "day": clinical_date(later.first_day)}
        messages.success(request, words % told)
    elif is_new:
        messages.success(request, _("Welcome. You are signed in."))
    else:
        messages.success(request, _("You have accepted. Choose in the menu under your name for whom you work."))
    return redirect("desk:home")
