"""The list of one's own sessions, and ending them; ending another one than this takes a fresh proof."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import sessions
from accounts.actions.end_sessions import end_other_sessions, end_session
from accounts.agents import in_words
from accounts.doors import own_affairs, the_actor
from accounts.identities import PROVIDER
from accounts.models import SignIn
from accounts.proof_fields import FreshProof
from accounts.reauthentication import CODE, PASSKEY
from accounts.signing_out import forgotten
from core.web.posted import posted_from

FACTORS = {
    CODE: gettext_lazy("authenticator app"),
    PASSKEY: gettext_lazy("passkey"),
    "recovery_codes": gettext_lazy("recovery code"),
    PROVIDER: gettext_lazy("second factor there"),
}


@require_safe
@own_affairs
@never_cache
def listed(request: HttpRequest) -> HttpResponse:
    """Where one is signed in: browser, since when, last at work, address; this one is marked."""
    return _page(request, FreshProof(request=request))


@own_affairs
@posted_from("accounts:sessions")
def end(request: HttpRequest, sign_in_id: UUID) -> HttpResponse:
    """End one of them; this one without a proof, as signing out does."""
    if _here(request).pk == sign_in_id:
        end_session(actor=the_actor(request), sign_in_id=sign_in_id)
        return forgotten(redirect("account_login"))
    form = FreshProof(request.POST, request=request)
    if not form.is_valid():
        return _page(request, form, status=422)
    end_session(actor=the_actor(request), sign_in_id=sign_in_id)
    messages.success(request, _("This session has ended. What was open there is closed."))
    return redirect("accounts:sessions")


@own_affairs
@posted_from("accounts:sessions")
def end_others(request: HttpRequest) -> HttpResponse:
    """End all but this one."""
    form = FreshProof(request.POST, request=request)
    if not form.is_valid():
        return _page(request, form, status=422)
    count = end_other_sessions(actor=the_actor(request), keep=_here(request).pk)
    words = ngettext("%(count)d other session has ended.", "%(count)d other sessions have ended.", count)
    messages.success(request, words % {"count": count})
    return redirect("accounts:sessions")


def _page(request: HttpRequest, form: FreshProof, *, status: int = 200) -> HttpResponse:
    here = _here(request)
    rows = [
        {"row": row, "browser": in_words(row.agent), "is_here": row.pk == here.pk, "way": _way(row)}
        for row in sessions.open_of(here.person)
    ]
    rows.sort(key=lambda each: not each["is_here"])
    return render(request, "accounts/sessions.html", {"rows": rows, "form": form}, status=status)


def _way(row: SignIn) -> str:
    """How the session was made, in words."""
    first = _("Single sign-on, %(organisation)s") % {"organisation": row.organisation} if row.organisation else ""
    second = str(FACTORS.get(row.factor, ""))
    return ", ".join(each for each in (first or ("" if row.factor == PASSKEY else _("Password")), second) if each)


def _here(request: HttpRequest) -> SignIn:
    """The row of the session at hand; whoever is let in has one."""
    row: SignIn = request.standing.row  # type: ignore[attr-defined]  # set by accounts.middleware
    return row
