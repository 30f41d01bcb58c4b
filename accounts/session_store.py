"""Where sessions are kept: in the database, and in the cache while it answers. Django's own store for both, without
which nobody would get a page while Valkey is away: it lets an error in writing to the cache end the request."""

import logging
from typing import Any

from django.contrib.sessions.backends.cached_db import SessionStore as CachedStore
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class SessionStore(CachedStore):
    """A session that the cache still holds after its row has gone opens nothing: `accounts.sessions` asks the database
    who is signed in, each time."""

    def load(self) -> dict[str, Any]:
        """What the session holds; {} where it is over."""
        try:
            # Asked here, for Django goes on to write where reading failed, and would wait for the same silence again.
            found = self._cache.get(self.cache_key)  # type: ignore[attr-defined]  # the stubs leave it out
            loaded: dict[str, Any] = super().load() if found is None else found
        except RedisError:
            row = self._get_session_from_db()  # type: ignore[attr-defined]  # this too
            return self.decode(row.session_data) if row else {}
        return loaded

    def exists(self, session_key: str) -> bool:
        """Whether there is a session of this key."""
        try:
            return bool(super().exists(session_key))
        except RedisError:
            return bool(session_key and self.model.objects.filter(session_key=session_key).exists())

    def delete(self, session_key: str | None = None) -> None:
        """The row goes first, so that an error means that the cache alone was not asked."""
        try:
            super().delete(session_key)
        except RedisError:
            log.warning("a session that is over stays in the cache until its time: no answer")
