"""What the launcher tells the person at the terminal: one line a step with its seconds, and clear refusals."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Refusal(Exception):
    """A reason to stop that the person can act on: printed without a traceback, exit status 1."""


def line(text: str = "") -> None:
    """One line on standard error (standard output belongs to the command of `run`), at once.

    Nobody listening, after a closed terminal, is no reason to fail.
    """
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


@contextmanager
def step(label: str) -> Iterator[None]:
    """`label` while it runs on a terminal; `label ... seconds` when done; how it ended when not."""
    start, live = time.monotonic(), sys.stderr.isatty()
    if live:
        print(f"  {label:<46} ...", end="\r", file=sys.stderr, flush=True)
    try:
        yield
    except BaseException as error:
        how = "failed" if isinstance(error, Exception) else "interrupted"
        line(f"  {label:<46} {how} after {time.monotonic() - start:.1f} s")
        raise
    line(f"  {label:<46} {time.monotonic() - start:5.1f} s")
