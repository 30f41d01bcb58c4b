"""Idempotency-Key on API POSTs: the same key gives the same answer, once, for a day (IETF draft 07)."""

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.actor import PROOF_FIELDS, Actor
from core.errors import Conflict, Invalid, Refusal
from core.web.models import IdempotentAnswer


class KeyMissing(Refusal):
    """The header is not there (400)."""

    status = 400
    code = "idempotency-key-missing"


def idempotent(view: Callable[..., Response]) -> Callable[..., Response]:
    """Decorate a POST method of an API view: runs it once per (caller, key) in one transaction with its answer.

    Key missing: 400. Same key, other body: 422. A repeat gets the stored answer. Two at once: the second waits for
    the first and gets its answer, or runs when the first was refused. What must stay on record also of an attempt that
    is refused, a proof of who asks above all, is looked at before this.
    """

    @wraps(view)
    def once(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not 8 <= len(key) <= 80:
            raise KeyMissing(_("Send an Idempotency-Key header of 8 to 80 characters, new for each act."))
        print_ = _fingerprint(request)
        try:
            with transaction.atomic():
                row = IdempotentAnswer.objects.create(**_caller(request), key=key, fingerprint=print_, at=clock.now())
                response = view(self, request, *args, **kwargs)
                row.status, row.body = response.status_code, json.loads(json.dumps(response.data, default=str))
                row.save(update_fields=["status", "body"])
                return response
        except IntegrityError:
            return _stored(request, key, print_)

    return once


def _stored(request: Request, key: str, fingerprint: str) -> Response:
    row = IdempotentAnswer.objects.filter(**_caller(request), key=key).first()
    if row is None:
        raise Conflict(_("Something else uses the same value. Try again."))
    if row.fingerprint != fingerprint:
        raise Invalid(_("This Idempotency-Key was used for something else. Use a new one."))
    return Response(row.body, status=row.status)


def _fingerprint(request: Request) -> str:
    """Of what was sent, and as whom: the answer is of what that membership may see, and repeated to no other.

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
