"""Hearing that access ended: a subscription to the channel on which the rest of the system says so.

Any message empties all remembered permissions, which is the simplest thing that is always right. While the
subscription is lost nothing is heard, and the five seconds of slides.tiles.permits are what holds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import redis

log = logging.getLogger(__name__)

# Seconds between two attempts to subscribe, and between two checks that the line is alive.
RETRY = 1.0
_CHECK = 10.0


def messages(redis_url: str, channel: str) -> Iterator[dict[str, Any]]:
    """Everything heard on `channel`, the confirmation of the subscription included, until the line breaks.

    Raises redis.RedisError or OSError when it does.
    """
    connection = redis.Redis.from_url(redis_url, socket_connect_timeout=_CHECK, health_check_interval=int(_CHECK))
    with connection.pubsub() as subscription:  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
        subscription.subscribe(channel)
        while True:
            message = subscription.get_message(timeout=_CHECK)
            if message is not None:
                yield message


def listen(
    subscribe: Callable[[], Iterator[object]],
    drop: Callable[[], None],
    wait: Callable[[float], bool],
) -> None:
    """Call `drop` for every message and after every loss of the line, until `wait` says to stop.

    `subscribe` starts a new subscription; `wait` sleeps that many seconds and returns True when it is time to end.
    """
    while True:
        try:
            for _ in subscribe():
                drop()
        except (redis.RedisError, OSError) as error:
            log.warning("revocations are not heard for now: %s", type(error).__name__)
        drop()
        if wait(RETRY):
            return


def start_listening(redis_url: str, channel: str, drop: Callable[[], None]) -> threading.Event:
    """Listen in a thread of this process for as long as it lives; setting the returned event ends it earlier."""
    ended = threading.Event()
    threading.Thread(
        target=listen,
        args=(lambda: messages(redis_url, channel), drop, ended.wait),
        daemon=True,
        name="revocations",
    ).start()
    return ended
