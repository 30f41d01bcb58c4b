"""The real authority: Django's sessions and the access rules of cases, asked through slides.queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, close_old_connections

from accounts.actors import address_in
from core.actor import Actor, Door, system
from core.errors import Hidden, Refusal, TooMany
from core.web.request_id import id_in
from slides.actions.open import fetched, not_fetched
from slides.actions.recheck import recheck
from slides.queries import slide_for_tiles
from slides.tiles.decision import Decision

T = TypeVar("T")


class DjangoAuthority:
    """Asks the database. No request cycle runs in this process, so connections are looked after here."""

    def decide(self, session_key: str, slide_id: str) -> Decision:
        """Raises django.db errors where the database cannot be reached, after a second attempt."""
        return _again(lambda: slide_for_tiles(session_key, slide_id))

    def fetched(self, decision: Decision, slide_id: str, environ: Mapping[str, Any]) -> Literal[200, 404, 429]:
        """Raises django.db errors where the row could not be written, after a second attempt."""
        actor = _actor(decision, environ)
        try:
            _again(lambda: fetched(actor=actor, slide_id=UUID(slide_id), share=decision.share))
        except (Hidden, TooMany) as refusal:
            self._refuse(actor, slide_id, refusal)
            return 429 if isinstance(refusal, TooMany) else 404
        return 200

    def refused(self, decision: Decision, slide_id: str, environ: Mapping[str, Any]) -> None:
        """Raises django.db errors where the row could not be written, after a second attempt."""
        self._refuse(_actor(decision, environ), slide_id, Hidden(""))

    def _refuse(self, actor: Actor, slide_id: str, refusal: Refusal) -> None:
        _again(lambda: not_fetched(actor=actor, slide_id=UUID(slide_id), refusal=refusal))

    def recheck(self, slide_id: str) -> bool:
        """Raises django.db errors where the database cannot be reached."""
        close_old_connections()
        try:
            return recheck(actor=system("tiles", door=Door.TILES), slide_id=UUID(slide_id))
        finally:
            close_old_connections()


def _actor(decision: Decision, environ: Mapping[str, Any]) -> Actor:
    """Who asks, with the id of the request and from where, as of a page."""
    if decision.actor is None:
        raise ValueError("A decision about nobody leaves no row.")
    return replace(decision.actor, request_id=id_in(environ), address=address_in(environ))


def _again(ask: Callable[[], T]) -> T:
    """The answer of the database, which is asked a second time where the connection had broken."""
    close_old_connections()
    try:
        return ask()
    except (InterfaceError, OperationalError):
        # The database was restarted under a kept connection: it is closed now, and a new one may work.
        close_old_connections()
        return ask()
    finally:
        close_old_connections()
