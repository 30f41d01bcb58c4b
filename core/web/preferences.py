"""Theme and single-letter keys: in a cookie of this browser, and by hook for the person."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from core.web.hooks import run_preference_chosen

CHOICES = {"theme": ("light", "dark", "system"), "keys": ("on", "off")}
YEAR = 365 * 24 * 3600


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember each known preference of the form; 400 for an unknown value.

    A script (Accept: application/json) gets 204, a form goes back to `next`.
    """
    chosen = {name: request.POST[name] for name in CHOICES if name in request.POST}
    if not chosen or any(value not in CHOICES[name] for name, value in chosen.items()):
        return HttpResponse(status=400)
    after = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure()):
        after = "/"
    wants_json = "json" in request.headers.get("Accept", "")
    response = HttpResponse(status=204) if wants_json else redirect(after)
    for name, value in chosen.items():
        remember(response, name, value)
        run_preference_chosen(request, name, value)
    return response


def cookie(name: str) -> str:
    """The name of a preference's cookie; over https with the prefix that binds it to this host."""
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Put a preference into this browser's cookie, also where a person's own choice is taken over at sign-in."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(cookie(name), value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
