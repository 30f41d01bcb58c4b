"""The person's own channel: what an open page of somebody should look at again, published as ids only."""

import json
import logging
from uuid import UUID

import redis
from django.conf import settings

log = logging.getLogger(__name__)


def channel(person: UUID | str) -> str:
    """The name of a person's channel."""
    return f"person:{person}"


def announce(person: UUID, **ids: str) -> None:
    """Publish ids on a person's channel. Lost messages are made up for by polling, so a failure is only logged."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as connection:
            connection.publish(channel(person), json.dumps(ids))
    except (redis.RedisError, OSError) as error:
        log.warning("nobody could be told live", extra={"error": type(error).__name__})


def announce_session_ended(person: UUID) -> None:
    """Wake the person's streams, which look whether their session still counts and end where it does not."""
    announce(person)
