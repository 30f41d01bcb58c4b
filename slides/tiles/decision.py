"""The question the tile process asks about a login session and a slide, and the answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol
from uuid import UUID

from core.actor import Actor


@dataclass(frozen=True, slots=True)
class Decision:
    """May this session see this slide, and where do its tiles lie?

    `status` is 200, 401 (not signed in) or 404 (not allowed, not there, not yet prepared: all alike). With 200 come
    `prepared_dir`, the folder that ingest named by content version; `source_path`, the slide's own file, or None
    where ingest made a pyramid of it; `version`, the content version; and `share`, which opens the slide, None at home.
    With 200 and 404 comes `actor`, who asks and under which membership.
    """

    status: Literal[200, 401, 404]
    prepared_dir: Path | None = None
    source_path: Path | None = None
    version: str = ""
    actor: Actor | None = field(default=None, compare=False)
    share: UUID | None = None


SIGNED_OUT = Decision(401)
ABSENT = Decision(404)


class Authority(Protocol):
    """Whoever knows sessions and grants. May be asked from several threads at once."""

    def decide(self, session_key: str, slide_id: str) -> Decision:
        """The decision as of now. Any exception means that nobody knows, and no tile is sent."""

    def fetched(self, decision: Decision, slide_id: str, environ: Mapping[str, Any]) -> Literal[200, 404, 429]:
        """Told that pixels are about to leave after a yes: 200 once the record says so. `environ` is the request's.

        404 where access has ended since, 429 where somebody opens more than anybody reads; no tile is sent then, nor
        after any exception.
        """

    def refused(self, decision: Decision, slide_id: str, environ: Mapping[str, Any]) -> None:
        """Told that pixels were refused to somebody who is signed in, for the record."""

    def recheck(self, slide_id: str) -> bool:
        """Told that a slide's files are not as they were prepared: looks, and takes the image out of use.

        True where they are all the same, so that the next attempt succeeds.
        """
