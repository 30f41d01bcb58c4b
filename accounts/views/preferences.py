"""A person's own choices: language, theme, keys, and under which membership they work."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions.prefer import prefer
from accounts.actions.switch_membership import switch_membership
from accounts.actors import ACTING
from accounts.doors import own_affairs, the_actor
from accounts.forms import PreferencesForm
from accounts.models import User
from accounts.sessions import Standing
from core.errors import Hidden, Invalid
from core.web.posted import posted_from
from core.web.preferences import YEAR, remember


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the language in this browser too, for the pages before signing in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
        httponly=True,
    )


def safe_next(request: HttpRequest) -> str:
    """Where the form wants to go back to, if that is one of our own pages; else the first page."""
    after = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return after if ours else "/"


@require_http_methods(["GET", "HEAD", "POST"])
@own_affairs
def preferences(request: HttpRequest) -> HttpResponse:
    """The form, with name and memberships to look at: those are kept by the laboratory."""
    person = request.user
    if not isinstance(person, User):
        raise Hidden("")
    form = PreferencesForm(request.POST) if request.method == "POST" else PreferencesForm.of(person, _language(request))
    if request.method == "POST" and form.is_valid():
        prefer(actor=the_actor(request), **form.cleaned_data)
        response = redirect("accounts:preferences")
        remember_language(response, form.cleaned_data["language"])
        remember(response, "theme", form.cleaned_data["theme"])
        remember(response, "keys", "on" if form.cleaned_data["single_key_shortcuts"] else "off")
        messages.success(request, _("Your preferences are saved."))
        return response
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/preferences.html", {"form": form, "person": person}, status=status)


def _language(request: HttpRequest) -> str:
    return str(getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE))


@posted_from("accounts:preferences")
def language(request: HttpRequest) -> HttpResponse:
    """The language menu: for this browser, and for the person who is signed in."""
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        raise Invalid(_("Choose a language from the list."))
    if getattr(request, "actor", None) is not None:
        prefer(actor=the_actor(request), language=wanted)
    response = redirect(safe_next(request))
    remember_language(response, wanted)
    return response


@own_affairs
@posted_from("/")
def switch(request: HttpRequest) -> HttpResponse:
    """Work for another of one's organisations from now on, in this session."""
    try:
        wanted = UUID(request.POST.get("membership", ""))
    except ValueError as error:
        raise Hidden(_("This is not one of your memberships.")) from error
    standing: Standing = request.standing  # type: ignore[attr-defined]  # ours
    membership = switch_membership(actor=the_actor(request), membership_id=wanted, sign_in=standing.row)
    request.session[ACTING] = str(membership.pk)
    if "json" in request.headers.get("Accept", ""):  # the page that asks is of that laboratory, and says so
        return HttpResponse(status=204)
    words = _("You work as %(role)s for %(organisation)s now.")
    given = {"role": membership.get_role_display(), "organisation": membership.organisation.short_name}
    messages.success(request, words % given)
    return redirect("/")
