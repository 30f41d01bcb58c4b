"""Coming in with a token: `Authorization: Bearer cns_...`, without cookies, and so without anything to forge.

Who has a right token always comes in. Wrong ones are counted for each network address; past the limit they are
answered 429 without a further row in the record, so that nobody fills it.
"""

import hashlib
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts import tokens
from accounts.actors import client_address
from core.actor import MACHINE, Actor, Door
from core.audit import names
from core.audit.models import Outcome
from core.audit.record import record
from core.errors import Refusal, TooMany
from core.limits import passed
from core.web.api.permissions import scope_of
from core.web.request_id import current

if TYPE_CHECKING:  # rest_framework.views itself loads this module
    from drf_spectacular.openapi import AutoSchema

UNKNOWN = names.register("token.unknown", gettext_lazy("Token that nobody has was tried"))
HELD_BACK = names.register("token.held_back", gettext_lazy("Several refused tokens from one address"))
LIMITS = ((60, 10),)  # seconds, refusals from one address


class TokenAuthentication(BaseAuthentication):
    """request.auth is the machine's Actor; nobody is signed in."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Actor] | None:
        """The machine, or None where no token came. Raises TokenRefused (401), WrongNetwork (403) or TooMany (429)."""
        text = tokens.given(request._request)
        return None if text is None else (AnonymousUser(), _admitted(request._request, text))

    def authenticate_header(self, request: Request) -> str:
        """Makes the answer to nobody a 401 instead of a 403."""
        return "Bearer"


def _admitted(request: HttpRequest, text: str) -> Actor:
    address = client_address(request)
    token = tokens.find(text)
    if token is None:
        nobody = Actor(person=None, name="-", role=MACHINE, door=Door.API, request_id=current.get(), address=address)
        _count(nobody)
        with transaction.atomic():
            record(nobody, UNKNOWN, outcome=Outcome.DENIED, reason=tokens.TokenRefused.code)
        raise tokens.TokenRefused(_("This token is not valid."))
    actor = tokens.actor_of(token, address)
    refusal: Refusal | None = tokens.why_not(token, text, address)
    if refusal is not None:
        _count(actor)
        request.actor = actor  # type: ignore[attr-defined]  # ours: the refusal is recorded under its name
        raise refusal
    tokens.used(token, address)
    request.actor = actor  # type: ignore[attr-defined]  # ours
    return actor


def _count(actor: Actor) -> None:
    """Count a refusal. Raises TooMany past the limit; the first one there is in the record."""
    address = hashlib.sha256(actor.address.encode()).hexdigest()[:32]  # it may be anything
    over = passed(f"refused-tokens:{address}", LIMITS)
    if over is None:
        return
    if over.is_first:
        with transaction.atomic():
            record(actor, HELD_BACK, outcome=Outcome.DENIED, reason=TooMany.code, facts={"seconds": over.seconds})
    raise TooMany(_("Too many refused tokens came from this address. Wait a minute."), after=over.after)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the package is untyped
    """How the description of the API says it, at those operations that are for machines too."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """An OpenAPI security scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "cns_<prefix>_<secret>"}

    def get_security_requirement(self, auto_schema: "AutoSchema") -> list[dict[str, list[str]]]:
        """Nothing for an operation that is for people only."""
        return [{self.name: []}] if scope_of(auto_schema.view, auto_schema.method) else []
