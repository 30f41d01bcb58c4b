"""The person's own channel: what an open page of somebody should look at again, published as ids only."""

import json
import logging
from uuid import UUID

import redis
from django.conf import settings

log = logging.getLogger(__name__)


SESSIONS_ENDED = "sessions-ended"  # the tile processes listen to it, and forget what they remember


def channel(person: UUID | str) -> str:
    """The name of a person's channel."""
    return f"person:{person}"


def announce(person: UUID, **ids: str) -> None:
    """Publish ids on a person's channel. Lost messages are made up for by polling, so a failure is only logged."""
    _publish(channel(person), ids)


def announce_session_ended(person: UUID) -> None:
    """Wake the person's streams and the tile processes, which look whether their session still counts."""
    _publish(channel(person), {})
    _publish(SESSIONS_ENDED, {})


def _publish(name: str, ids: dict[str, str]) -> None:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as connection:
            connection.publish(name, json.dumps(ids))
    except (redis.RedisError, OSError) as error:
        log.warning("nobody could be told live", extra={"error": type(error).__name__})
