"""Access over time as a drawing: one bar for each reason, and where now is. Lengths only; words are the template's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.who import Span

LEFT, RIGHT, TOP, STEP, THICK = 124, 392, 22, 26, 14  # of the drawing, 400 wide
MOST = 12
LEAST = 3  # a bar that can be seen


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the drawing: its words, what it is (home, share, now), and where it lies."""

    name: str
    kind: str
    x: int
    y: int
    width: int
    text_y: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing. `first`, `middle` and `last` are the days below it; `height` and `foot` are in its own units."""

    bars: list[Bar]
    now_x: int
    first: datetime
    middle: datetime
    last: datetime
    foot: int
    height: int


def chart(laboratory: str, received: datetime, spans: Sequence[Span], now: datetime) -> Chart:
    """The newest `MOST` spans in the order of their beginning, below the laboratory, which sees the case throughout."""
    shown = spans[-MOST:]
    first = min([received, *(span.start for span in shown)])
    # What may last a year is cut to where one can still tell days apart: as long again as has passed, a week at least.
    furthest = max([now, *(span.end for span in shown)])
    last = min(furthest, now + max(now - first, timedelta(days=7)))
    scale = (RIGHT - LEFT) / max((last - first).total_seconds(), 1.0)

    def x(moment: datetime) -> int:
        return round(LEFT + scale * (min(max(moment, first), last) - first).total_seconds())

    lines = [(laboratory, "home", first, last), *((s.name, _kind(s), s.start, s.end) for s in shown)]
    bars = [
        Bar(
            name=_short(name),
            kind=kind,
            x=min(x(start), RIGHT - LEAST),
            y=TOP + row * STEP,
            width=max(x(end) - x(start), LEAST),
            text_y=TOP + row * STEP + THICK - 3,
        )
        for row, (name, kind, start, end) in enumerate(lines)
    ]
    foot = TOP + len(bars) * STEP
    return Chart(bars, x(now), first, first + (last - first) / 2, last, foot, foot + 20)


def _kind(span: Span) -> str:
    return "now" if span.is_emergency else "share"


def _short(name: str) -> str:
    """What fits beside the bars; the table below has the whole name."""
    return name if len(name) <= 19 else f"{name[:18]}\N{HORIZONTAL ELLIPSIS}"
