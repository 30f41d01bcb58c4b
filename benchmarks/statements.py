"""What the real code asks of the database: time, pages read and text of every statement that runs in a block.

Time is the client's: from sending a statement over the socket until its whole answer is here. Processor time is that of
the server's process for this connection, where it runs on this machine. Pages are those of 8 kB that the plan touched,
from EXPLAIN (ANALYZE, BUFFERS), in the cache or not; neither of the two depends on what else runs.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection


@dataclass(slots=True)
class Statements:
    """The statements of a block: their number, milliseconds together (of processor time, too), pages, texts."""

    count: int = 0
    ms: float = 0.0
    cpu_ms: float = math.nan
    pages: int = 0
    texts: list[str] = field(default_factory=list)
    each: list[int] = field(default_factory=list)


@contextmanager
def timed() -> Iterator[Statements]:
    """Within it every statement is timed."""
    found = Statements()

    def wrapper(execute: Callable[..., Any], text: str, params: Any, many: bool, context: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(text, params, many, context)
        finally:
            found.ms += (time.perf_counter() - start) * 1000
            found.count += 1

    before = _cpu_ms()
    with connection.execute_wrapper(wrapper):
        yield found
    found.cpu_ms = _cpu_ms() - before


def _cpu_ms() -> float:
    """Processor time of the server's process so far; nan where it is not one of this machine."""
    try:
        return int(Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]) / 1e6
    except (OSError, IndexError):
        return math.nan


@contextmanager
def explained(known: dict[tuple[str, str], int] | None = None) -> Iterator[Statements]:
    """Within it every SELECT is explained before it runs; what `known` holds already (text and values: pages, of data
    that nobody changes) is not explained again, and what is explained is put into it."""
    found, known = Statements(), {} if known is None else known

    def wrapper(execute: Callable[..., Any], text: str, params: Any, many: bool, context: Any) -> Any:
        if text.lstrip("( ").startswith("SELECT"):
            asked = (text, repr(params))
            if asked not in known:
                known[asked] = _pages(text, params)
            found.pages += known[asked]
            found.texts.append(text)
            found.each.append(known[asked])
            found.count += 1
        return execute(text, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield found


def _pages(text: str, params: Any) -> int:
    with connection.connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) " + text, params)
        answer = cursor.fetchone()[0]
    plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
    pages: int = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return pages


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]
