"""Counting what one person, machine or address does, in fixed windows of time and in the cache all processes share."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from redis.exceptions import RedisError

Limits = Sequence[tuple[int, int]]  # seconds, how often
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Passed:
    """A limit that was passed: how often in how many seconds, how long to wait, and whether nobody was told yet."""

    most: int
    seconds: int
    after: int
    is_first: bool


def passed(key: str, limits: Limits, *, count: int = 1) -> Passed | None:
    """Count one more of `key`, or `count` more; the limit that this passes, None where there is none.

    Where the counters cannot be reached nothing is held back: a limit protects less than it would harm then, and
    what is done stands in the record.
    """
    try:
        for seconds, most in limits:
            window, into = divmod(int(time.time()), seconds)
            counter = f"{key}:{seconds}:{window}"
            cache.add(counter, 0, timeout=seconds)
            made = cache.incr(counter, count)
            if made > most:
                log.warning("limit passed", extra={"limit": key.partition(":")[0], "seconds": seconds})
                return Passed(most, seconds, seconds - into, made - count <= most)
    except (RedisError, ValueError):  # ValueError: the counter ran out between the two
        log.warning("nothing is counted: no answer from the cache", extra={"limit": key.partition(":")[0]})
    return None
