"""Searches of this session: what was typed stays on the server, under an id that says nothing.

So the address of a page of results, or of entries of the audit, can be gone back to and never holds a patient's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib.sessions.backends.base import SessionBase

from core.search.find import Position

NAME, MOST = "searches", 10


@dataclass(slots=True)
class Search:
    """One search: the text, and where the pages of each kind end."""

    text: str
    ends: dict[str, list[list[Any]]] = field(default_factory=dict)

    def after(self, kind: str, page: int) -> Position | None:
        """Where page number `page` begins (from 1); None for the first, and for one that nobody has come to."""
        ends = self.ends.get(kind, [])
        return _position(ends[page - 2]) if 2 <= page < len(ends) + 2 else None


def keep(session: SessionBase, text: str) -> UUID:
    """Keep a search, and forget the oldest beyond MOST; its id."""
    key = uuid4()
    kept = dict(list(session.get(NAME, {}).items())[-(MOST - 1) :])
    session[NAME] = {**kept, str(key): {"text": text, "ends": {}}}
    return key


def kept(session: SessionBase, key: UUID) -> Search | None:
    """The search; None where this session has none of this id."""
    found = session.get(NAME, {}).get(str(key))
    return Search(found["text"], found["ends"]) if found else None


def keep_end(session: SessionBase, key: UUID, kind: str, page: int, end: Position) -> None:
    """Remember where a page ended."""
    found = session[NAME][str(key)]
    ends = found["ends"].setdefault(kind, [])
    ends[page - 1 :] = [_plain(end)]
    session.modified = True


def _plain(end: Position) -> list[Any]:
    return [end.alternative, end.term, end.key, end.rank, str(end.target)]


def _position(plain: Sequence[Any]) -> Position:
    return Position(plain[0], plain[1], plain[2], plain[3], UUID(plain[4]))
