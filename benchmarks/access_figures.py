"""What was taken, as figures with their budgets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from benchmarks.access_take import Cells, Taken
from benchmarks.figures import Figure
from benchmarks.statements import percentile

GROWTH = 1.5


def times(cells: Cells, limits: Mapping[str, float], otherwise: float) -> Iterator[Figure]:
    """Of each list and kind of person the middle of everything, and the worst 95th percentile of any page or filter."""
    lists: dict[tuple[str, str], dict[str, list[Taken]]] = defaultdict(dict)
    for (name, who, kind), taken in cells.items():
        lists[name, who][kind] = taken
    for (name, who), kinds in sorted(lists.items()):
        limit = limits.get(name, otherwise)
        every = [each for taken in kinds.values() for each in taken]
        yield Figure(plain(f"{name} {who} p50"), percentile([each.ms for each in every], 0.5), "ms")
        p95, kind = max((percentile([each.ms for each in taken], 0.95), kind) for kind, taken in kinds.items())
        budget = f"p95 < {limit:g} ms"
        yield Figure(plain(f"{name} {who} p95 worst {kind}"), p95, "ms", budget=budget, holds=p95 < limit)
        cpu = max(percentile([each.cpu_ms for each in taken], 0.95) for taken in kinds.values())
        yield Figure(plain(f"{name} {who} p95 cpu"), cpu, "ms of the database's processor time")
        yield Figure(plain(f"{name} {who} most read"), max(each.pages for each in every), "pages of 8 kB")


def growth(small: Cells, large: Cells) -> Iterator[Figure]:
    """How much more is read for a page where there is ten times as much: the worst page or filter of each list."""
    worst: dict[tuple[str, str], tuple[float, str]] = {}
    for (name, who, kind), grown in grown_by(small, large).items():
        worst[name, who] = max(worst.get((name, who), (0.0, "")), (grown, kind))
    for (name, who), (grown, kind) in sorted(worst.items()):
        yield Figure(
            plain(f"{name} {who} growth worst {kind}"),
            grown,
            "times the pages of 8 kB that a tenth of the data takes",
            budget=f"< {GROWTH:g}",
            holds=grown < GROWTH,
        )


def grown_by(small: Cells, large: Cells) -> dict[tuple[str, str, str], float]:
    """By list, person and filter: pages read in the large world by those in the small one.

    Where the small world has fewer rows to show, what is read for a row is compared.
    """
    found = {}
    for key, taken in large.items():
        if before := small.get(key):
            fewer = min(1.0, max(_rows(before), 1.0) / max(_rows(taken), 1.0))
            found[key] = _pages(taken) / _pages(before) * fewer
    return found


def _pages(taken: list[Taken]) -> float:
    return sum(each.pages for each in taken) / len(taken)


def _rows(taken: list[Taken]) -> float:
    return sum(each.rows for each in taken) / len(taken)


def plain(name: str) -> str:
    """The name of a figure."""
    return "_".join(name.replace(".", " ").replace("-", " ").split())
