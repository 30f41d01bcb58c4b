"""Idempotency-Key on API POSTs: the same key does a thing once, for a day (IETF draft 07).

What is kept is where the thing is, never what was answered: a repeat is answered anew, as the caller may see it now.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.actor import PROOF_FIELDS, Actor
from core.audit import hooks, names
from core.audit.record import record
from core.errors import Conflict, Invalid, Refusal
from core.web.models import IdempotentAnswer

Place = Mapping[str, UUID | int]  # where it is, by the names that its answer takes: keys and numbers, never words
Act = Callable[..., Place]
Answer = Callable[..., Response]
First = Callable[..., dict[str, Any]]

REPEATED = names.register("api.repeated", gettext_lazy("Answer of the API asked for again"))
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description=(
        "8 to 80 characters, new for each act. The same key with the same body does nothing again for a day: the "
        "answer is what the first time led to, as it is now, and 404 where the caller may no longer see it. 422 with "
        "another body, or under another membership."
    ),
)


class KeyMissing(Refusal):
    """The header is not there (400)."""

    status = 400
    code = "idempotency-key-missing"


def idempotent(answer: Answer, *, status: int = 200, first: First | None = None) -> Callable[[Act], Answer]:
    """Decorate a POST method of an API view that acts and says where the thing is: once per (caller, key).

    `answer(actor, status=..., **place)` looks the thing up through what the actor may see, in the same transaction,
    and again for each repeat. `first(request, **arguments)` runs before the transaction and gives the method further
    arguments: what must stay on record also of an attempt that is refused, a proof of who asks above all. A repeat
    does nothing and is not asked it.

    Key missing: 400. Same key, other body: 422. Two at once: the second waits for the first and is its repeat, or runs
    when the first was refused.
    """

    def decorate(act: Act) -> Answer:
        @wraps(act)
        def once(self: Any, request: Request, **arguments: Any) -> Response:
            key = request.headers.get("Idempotency-Key", "")
            if not 8 <= len(key) <= 80:
                raise KeyMissing(_("Send an Idempotency-Key header of 8 to 80 characters, new for each act."))
            print_ = _fingerprint(request)
            if done := _done(request, key):
                return _again(request, done, print_, answer, status)
            more = first(request, **arguments) if first else {}
            mine = {**_caller(request), "key": key, "fingerprint": print_}
            try:
                with transaction.atomic():
                    row = IdempotentAnswer.objects.create(**mine, at=clock.now())
                    place = act(self, request, **arguments, **more)
                    row.place = {name: each if isinstance(each, int) else str(each) for name, each in place.items()}
                    row.save(update_fields=["place"])
                    return answer(_actor(request), status=status, **place)
            except IntegrityError:
                done = _done(request, key)
                if done is None:
                    raise Conflict(_("Something else uses the same value. Try again.")) from None
                return _again(request, done, print_, answer, status)

        return once

    return decorate


def _done(request: Request, key: str) -> IdempotentAnswer | None:
    return IdempotentAnswer.objects.filter(**_caller(request), key=key).first()


def _again(request: Request, done: IdempotentAnswer, fingerprint: str, answer: Answer, status: int) -> Response:
    """What the first one led to, for whoever still sees it. It may be read again, so it leaves a row."""
    if done.fingerprint != fingerprint:
        raise Invalid(_("This Idempotency-Key was used for something else. Use a new one."))
    if done.place is None:  # by a release before, which kept no places
        raise Conflict(_("This was done already. Read what it led to."))
    place = {name: each if isinstance(each, int) else UUID(each) for name, each in done.place.items()}
    actor, match = _actor(request), request._request.resolver_match
    asked = {**(match.kwargs if match else {}), **place}
    ids = {name: str(each) for name, each in asked.items()}
    with transaction.atomic():
        about = hooks.place(asked)
        own: tuple[Actor, UUID | None] = (actor, None)
        grounded, share = hooks.grounds_of(actor, {about.case}).get(about.case, own) if about.case else own
        record(
            grounded,
            REPEATED,
            object_kind=match.view_name[:40] if match and match.view_name else "",
            object_id=next(iter(ids.values()), "")[:64],
            case=about.case,
            patient=about.patient,
            share=share,
            facts={"ids": ids},
        )
        return answer(actor, status=status, **place)


def _fingerprint(request: Request) -> str:
    """Of what was sent, and as whom: what it led to is told to that membership, and to no other.

    A proof of who asks is left out: all else can be known, so that a password could be guessed from a hash with it.
    """
    sent = request.data
    if isinstance(sent, Mapping):
        sent = {name: value for name, value in sent.items() if name not in PROOF_FIELDS}
    body = json.dumps(sent, sort_keys=True, default=str)
    membership = _actor(request).membership
    return hashlib.sha256(f"{membership} {request.method} {request.path} {body}".encode()).hexdigest()


def _caller(request: Request) -> dict[str, UUID]:
    """Whose key it is, by column."""
    actor = _actor(request)
    return {"machine": actor.machine} if actor.machine else {"person_id": actor.who()}


def _actor(request: Request) -> Actor:
    actor = request.auth
    if not isinstance(actor, Actor):
        raise TypeError("An API view runs for an actor.")
    return actor
