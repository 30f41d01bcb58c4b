"""Puts the session's standing, the actor, the laboratory's time and the person's language on every request."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import get_language_from_request

from accounts import actors, gate, sessions, tokens
from accounts.models import User
from accounts.sessions import Standing, State
from core.actor import Door

WHOLE = {State.IN, State.OUT}


class SignInMiddleware(AuthenticationMiddleware):
    """Sets `request.standing` and, by it, `request.user`; lets nobody in part into what is for those who are whole.

    Somebody idle is nobody, so no view, of whatever library, can mistake them for somebody who is there.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Ask the session's row once. Data of a session that has ended are thrown away."""
        by_token = tokens.given(request) is not None  # a machine: no session counts, whatever cookies came along
        found = sessions.OUT if by_token else sessions.standing(request.session)
        if found.state == State.OUT and not by_token and SESSION_KEY in request.session:
            request.session.flush()
        under = str(found.row.membership_id) if found.row is not None and found.row.membership_id is not None else ""
        if under and request.session.get(actors.ACTING) != under:
            # The cache missed the switch, or has an older copy back: the row says what the person chose last.
            request.session[actors.ACTING] = under
        request.standing = found  # type: ignore[attr-defined]  # ours
        here = found.person is not None and found.state != State.IDLE
        request.user = found.person if found.person is not None and here else AnonymousUser()

        async def auser() -> User | AnonymousUser:
            return request.user

        request.auser = auser  # the base class would ask the session's data alone
        if here and is_deliberate(request):
            sessions.at_work(found)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Where the route is closed to a session in part, the way to the missing proof."""
        found: Standing = request.standing  # type: ignore[attr-defined]  # ours
        if found.state in WHOLE:
            return None
        if found.state == State.IDLE and request.resolver_match and request.resolver_match.view_name == LEAVING:
            request.user = found.person  # type: ignore[assignment]  # there is one; who is idle may still leave
        return gate.stop(request, found.state)


LEAVING = "account_logout"


def is_deliberate(request: HttpRequest) -> bool:
    """Whether a person asked for this page just now.

    What scripts ask by themselves (polling, streams, tiles) does not count: browsers say of each request whether it is
    a navigation. Work within a page is told by a heartbeat (accounts.views.presence).
    """
    asked = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and "HX-Request" not in request.headers
    return asked and _door(request.path) != Door.API


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
