"""The question the tile process asks about a login session and a slide, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Decision:
    """May this session see this slide, and where do its tiles lie?

    `status` is 200, 401 (not signed in) or 404 (not allowed, not there, not yet prepared: all alike). With 200 come
    `prepared_dir`, the folder that ingest named by content version; `source_path`, the slide's own file, or None
    where ingest made a pyramid of it; `version`, the content version; and `membership`, as whom the person acts.
    """

    status: Literal[200, 401, 404]
    prepared_dir: Path | None = None
    source_path: Path | None = None
    version: str = ""
    membership: str | None = None


SIGNED_OUT = Decision(401)
ABSENT = Decision(404)


class Authority(Protocol):
    """Whoever knows sessions and grants. May be asked from several threads at once."""

    def decide(self, session_key: str, slide_id: str) -> Decision:
        """The decision as of now. Any exception means that nobody knows, and no tile is sent."""

    def recheck(self, slide_id: str) -> bool:
        """Told that a slide's files are not as they were prepared: looks, and takes the image out of use.

        True where they are all the same, so that the next attempt succeeds.
        """
