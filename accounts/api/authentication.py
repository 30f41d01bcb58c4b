"""The API's session sign-in: the same actor as the pages, with CSRF enforced."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from accounts.models import User
from core.actor import Actor


def actor_of(request: Request) -> Actor:
    """The actor of an API request that core.web.api.permissions.IsActor has let in."""
    return cast(Actor, request.auth)


class SessionActorAuthentication(SessionAuthentication):
    """request.user is the person, request.auth the Actor that the middleware made."""

    def authenticate(self, request: Request) -> tuple[User, Actor] | None:
        """The person and the actor, or None when nobody is signed in."""
        underlying: HttpRequest = request._request
        actor: Actor | None = getattr(underlying, "actor", None)
        user = underlying.user
        if actor is None or not isinstance(user, User):
            return None
        self.enforce_csrf(request)
        return user, actor

    def authenticate_header(self, request: Request) -> str:
        """Makes the answer to nobody a 401 instead of a 403."""
        return "Session"


class SessionActorScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the package is untyped
    """How the description of the API says it: the session's cookie."""

    target_class = SessionActorAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """An OpenAPI security scheme."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
