"""Hearing that access ended, losing the line, and finding it again."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import redis
from django.conf import settings

from slides.tiles.revocations import RETRY, listen, messages, start_listening


def test_every_message_and_every_loss_of_the_line_empties_what_is_remembered() -> None:
    heard: list[list[str] | Exception]
    heard = [["subscribed", "a case"], ConnectionError(), redis.ConnectionError(), ["subscribed"]]
    lines = iter(heard)
    dropped: list[str] = []
    waited: list[float] = []

    def subscribe() -> Iterator[object]:
        line = next(lines)
        if isinstance(line, Exception):
            raise line
        yield from line
        raise redis.ConnectionError

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return len(waited) == 4

    listen(subscribe, lambda: dropped.append("all"), wait)
    assert len(dropped) == 3 + 1 + 1 + 2
    assert waited == [RETRY] * 4


def test_a_message_through_the_real_channel_is_heard() -> None:
    channel = "test-access-revoked"
    heard = threading.Semaphore(0)
    ended = start_listening(settings.REDIS_URL, channel, heard.release)
    assert heard.acquire(timeout=10), "no subscription"
    with redis.Redis.from_url(settings.REDIS_URL) as connection:
        connection.publish(channel, "{}")
    assert heard.acquire(timeout=10), "no message"
    ended.set()


def test_the_subscription_confirms_itself() -> None:
    assert next(messages(settings.REDIS_URL, "test-confirm"))["type"] == "subscribe"
