"""Puts the actor, the laboratory's time and the person's language on every request."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import get_language_from_request

from accounts import actors
from accounts.models import User
from core.actor import Door


class ActorMiddleware:
    """Sets `request.actor` (None when nobody is signed in) and `request.memberships`.

    Times are shown in the zone of the laboratory somebody works for, in UTC where there is none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = actors.for_request(request, _door(request.path))
        request.actor, request.memberships = found if found else (None, [])  # type: ignore[attr-defined]  # ours
        acting = next((each for each in request.memberships if each.pk == request.actor.membership), None)  # type: ignore[attr-defined]  # ours
        with timezone.override(ZoneInfo(acting.organisation.time_zone) if acting else None):
            return self.get_response(request)


def _door(path: str) -> Door:
    if path.startswith("/admin/"):
        return Door.ADMIN
    return Door.API if path.startswith("/api/") else Door.WEB


class LanguageMiddleware:
    """A signed-in person's language wins over the cookie, the cookie over the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.supported = {code for code, _ in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        chosen = user.language if isinstance(user, User) else ""
        language = chosen if chosen in self.supported else get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
            response.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response
