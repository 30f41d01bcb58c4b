"""Makes primary keys: UUID version 7 (RFC 9562), made in the application and ordered by time.

A seeder may ask for reproducible ids with `seeded()`; nothing else may.
"""

import os
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_source: ContextVar[Callable[[], tuple[int, int]] | None] = ContextVar("id_source", default=None)


def new_id() -> uuid.UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, 74 random bits."""
    source = _source.get()
    milliseconds, noise = source() if source else (time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10), "big"))
    value = (milliseconds & (1 << 48) - 1) << 80 | noise & (1 << 76) - 1
    value = value & ~(0xF << 76) | 7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


@contextmanager
def seeded(seed: int, milliseconds: Callable[[], int]) -> Iterator[None]:
    """Within it `new_id` is reproducible: random bits from `seed`, time from `milliseconds`. For seeders only."""
    noise = random.Random(seed)  # noqa: S311 - reproducible on purpose, never used for secrets
    token = _source.set(lambda: (milliseconds(), noise.getrandbits(76)))
    try:
        yield
    finally:
        _source.reset(token)
