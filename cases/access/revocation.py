"""Tells the tile processes and the sockets that access to a case has changed, so that they forget at once."""

import json
import logging
from collections.abc import Collection
from uuid import UUID

import redis
from django.conf import settings

log = logging.getLogger(__name__)

CHANNEL = "access-revoked"


def announce(case_ids: Collection[UUID]) -> None:
    """Publish the cases. A lost message only means that tiles are refused after five seconds instead of at once."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as connection:
            connection.publish(CHANNEL, json.dumps({"cases": [str(case) for case in case_ids]}))
    except (redis.RedisError, OSError) as error:
        log.warning("revocation not announced", extra={"error": type(error).__name__})
