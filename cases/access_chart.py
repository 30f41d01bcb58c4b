"""Access over time as a drawing: a line for each person and reason, and where now is. Words are the template's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.who import Span

LEFT, RIGHT, TOP, STEP, THICK = 104, 306, 20, 24, 12  # of the drawing, WIDTH wide
WIDTH, NEAR_END = 312, 286
MOST = 12
LEAST = 3  # a bar that can be seen


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the drawing: what it is (home, share, now), and where it lies. `name` is on the first of its line."""

    name: str
    kind: str
    x: int
    y: int
    width: int
    text_y: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing, in its own units. `first` and `last` are the days below it, `foot` is where the bars end."""

    bars: list[Bar]
    now_x: int
    first: datetime
    last: datetime
    foot: int
    height: int

    @property
    def now_at_end(self) -> bool:
        """Whether the word for now stands before its line, because there is no room round it."""
        return self.now_x > NEAR_END


def chart(laboratory: str, received: datetime, spans: Sequence[Span], now: datetime) -> Chart:
    """The newest `MOST` spans, oldest line first, below the laboratory, which sees the case throughout.

    Two spans of one person and reason share a line, with the gap between them.
    """
    shown = spans[-MOST:]
    first = min([received, *(span.start for span in shown)])
    # What may last a year is cut to where one can still tell days apart: as long again as has passed, a week at least.
    furthest = max([now, *(span.end for span in shown)])
    last = min(furthest, now + max(now - first, timedelta(days=7)))
    last = max(last, now + (now - first) / 20)  # room for what runs now
    scale = (RIGHT - LEFT) / max((last - first).total_seconds(), 1.0)

    def x(moment: datetime) -> int:
        return round(LEFT + scale * (min(max(moment, first), last) - first).total_seconds())

    lines = dict.fromkeys((span.name, span.ref) for span in shown)
    rows = {line: row for row, line in enumerate(lines, start=1)}
    bars = [Bar(_short(laboratory), "home", LEFT, TOP, RIGHT - LEFT, TOP + THICK - 2)]
    named = set()
    for span in shown:
        line = (span.name, span.ref)
        y = TOP + rows[line] * STEP
        width = max(x(span.end) - x(span.start), LEAST)
        name = "" if line in named else _short(span.name)
        named.add(line)
        kind = "now" if span.is_emergency else "share"
        bars.append(Bar(name, kind, min(x(span.start), RIGHT - LEAST), y, width, y + THICK - 2))
    foot = TOP + (len(rows) + 1) * STEP
    return Chart(bars, x(now), first, last, foot, foot + 20)


def _short(name: str) -> str:
    """What fits beside the bars; the table below has the whole name."""
    return name if len(name) <= 16 else f"{name[:15]}\N{HORIZONTAL ELLIPSIS}"
