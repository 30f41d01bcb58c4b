"""The limited process that ingest runs in: `python -m slides.ingest.child`, started by slides.ingest.limited.

The order arrives as one JSON line on standard input; what happens leaves on standard output, one JSON line each:
{"progress", "step"}, then one of {"prepared": version}, {"inspection": ...}, {"unreadable": code}, {"failed": kind}.
"""

from __future__ import annotations

import dataclasses
import json
import queue
import sys
import time
from pathlib import Path
from typing import Any

from slides.ingest.inspect import inspect
from slides.ingest.prepare import prepare
from slides.sources.errors import UnreadableSlide
from slides.sources.limits import limit, watch_standard_input

# Seconds between two progress lines of one step.
_BREATH = 0.1


def say(**message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


class Progress:
    """Passes progress on, but not every tile of it."""

    def __init__(self) -> None:
        self._last, self._step = 0.0, ""

    def __call__(self, part: float, step: str) -> None:
        now = time.monotonic()
        if step != self._step or part >= 1 or now - self._last >= _BREATH:
            self._last, self._step = now, step
            say(progress=part, step=step)


def obey(order: dict[str, Any]) -> None:
    """Carry out one order and say how it ended. Texts of unforeseen errors stay inside: they may quote the file."""
    try:
        if order["order"] == "inspect":
            say(inspection=dataclasses.asdict(inspect(Path(order["path"]))))
        else:
            say(prepared=prepare(Path(order["path"]), Path(order["out_dir"]), Progress()).version)
    except UnreadableSlide as error:
        say(unreadable=error.code)
    except MemoryError:
        say(unreadable="too_demanding")
    except OSError as error:
        say(failed="OSError", errno=error.errno)
    except Exception as error:  # noqa: BLE001  the parent logs the kind and the place
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else ""
        say(failed=type(error).__name__, place=place)


def main() -> None:
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    watch_standard_input(lines.put)
    order = json.loads(lines.get())
    limit(order["address_space"], order["cpu_seconds"])
    obey(order)


if __name__ == "__main__":
    main()
