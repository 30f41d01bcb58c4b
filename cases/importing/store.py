"""Keeps an uploaded file between its preview and its import: on the server, for an hour, for one person in one lab."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core.cache import cache

from core.actor import Actor

SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """The file's bytes, and the language in which its dates were read."""

    content: bytes
    language: str


def keep(actor: Actor, content: bytes, language: str) -> UUID:
    """Keep a file; its id is random and says nothing."""
    import_id = uuid4()
    value = {"person": actor.person, "organisation": actor.organisation, "content": content, "language": language}
    cache.set(_key(import_id), value, SECONDS)
    return import_id


def kept(actor: Actor, import_id: UUID) -> Kept | None:
    """The file, None where it is gone, or was somebody else's, or was uploaded for another laboratory."""
    value = cache.get(_key(import_id))
    if value is None or (value["person"], value["organisation"]) != (actor.person, actor.organisation):
        return None
    return Kept(value["content"], value["language"])


def forget(import_id: UUID) -> None:
    """Drop the file."""
    cache.delete(_key(import_id))


def _key(import_id: UUID) -> str:
    return f"case-import:{import_id}"
