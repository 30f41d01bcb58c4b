"""Remembered permission: a yes lives at most five seconds, a no is never kept, and any revocation empties all.

With each yes that pixels are sent on, the authority is told so once, before the first of them leave: it keeps the
record. So a slide that was closed and is fetched again by the same session is on record anew five seconds later.

The five seconds count from before the authority was asked, and an answer that was on its way while a revocation
arrived is used once but not kept. So nobody sees a tile later than five seconds after access ended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from slides.sources.prepared import PreparedSlide
from slides.tiles.decision import Authority, Decision
from slides.tiles.handles import Handles

LIFETIME = 5.0
_STRIPES = 64


@dataclass(slots=True)
class Permit:
    """A decision of 200 with the opened slide; `expires` is a time of the permits' clock. `is_on_record` once the
    authority has been told that pixels leave."""

    slide: PreparedSlide
    decision: Decision
    expires: float
    is_on_record: bool = False

    @property
    def membership(self) -> UUID | None:
        """As whom the person acts."""
        return self.decision.actor.membership if self.decision.actor else None


class Permits:
    """Asks `authority` once per session and slide, and remembers. `clock` gives seconds and never goes back."""

    def __init__(self, authority: Authority, handles: Handles, clock: Callable[[], float]) -> None:
        self._authority, self._handles, self._clock = authority, handles, clock
        self._known: dict[tuple[str, str], Permit] = {}
        self._generation = 0
        self._changing = threading.Lock()
        # A first view asks for twenty tiles at once: one of them asks the authority, the others wait for its answer.
        self._asking = [threading.Lock() for _ in range(_STRIPES)]

    def get(self, session_key: str, slide_id: str) -> Permit | Decision:
        """A Permit, or the Decision that refuses. Raises what the authority raises, and SourceUnavailableError."""
        key = (session_key, slide_id)
        known = self._known.get(key)
        if known is not None and self._clock() < known.expires:
            return known
        with self._asking[hash(key) % _STRIPES]:
            known = self._known.get(key)
            if known is not None and self._clock() < known.expires:
                return known
            return self._ask(key)

    def fetched(
        self, session_key: str, slide_id: str, permit: Permit, environ: Mapping[str, Any]
    ) -> Literal[200, 404, 429]:
        """What the authority says when pixels are to leave on this permit. Raises what the authority raises."""
        if permit.is_on_record:
            return 200
        with self._asking[hash((session_key, slide_id)) % _STRIPES]:
            if permit.is_on_record:
                return 200
            status = self._authority.fetched(permit.decision, slide_id, environ)
            permit.is_on_record = status == 200
            return status

    def _ask(self, key: tuple[str, str]) -> Permit | Decision:
        generation, asked_at = self._generation, self._clock()
        decision = self._authority.decide(*key)
        if decision.status != 200 or decision.prepared_dir is None:
            with self._changing:
                self._known.pop(key, None)
            return decision
        slide = self._handles.get(decision.prepared_dir, decision.source_path)
        permit = Permit(slide, decision, asked_at + LIFETIME)
        with self._changing:
            if generation == self._generation:
                self._tidy(key[0], permit.membership)
                self._known[key] = permit
        return permit

    def _tidy(self, session_key: str, membership: UUID | None) -> None:
        """Forget what has expired, and what this session was allowed while it acted for somebody else."""
        now = self._clock()
        stale = [
            known
            for known, permit in self._known.items()
            if permit.expires <= now or (known[0] == session_key and permit.membership != membership)
        ]
        for known in stale:
            del self._known[known]

    def drop(self) -> None:
        """Forget every permit at once: somebody's access ended somewhere."""
        with self._changing:
            self._generation += 1
            self._known = {}
