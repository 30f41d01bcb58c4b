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
    """How much more the dearest page of each list reads where there is ten times as much.

    A search is told without a budget of growth: more patients have the name that is looked for, and its own is in time.
    """
    for (name, who), grown in sorted(grown_by(small, large).items()):
        bound = name != "search"
        yield Figure(
            plain(f"{name} {who} growth"),
            grown,
            "times the pages of 8 kB that a tenth of the data takes",
            budget=f"< {GROWTH:g}" if bound else None,
            holds=grown < GROWTH if bound else None,
        )


def grown_by(small: Cells, large: Cells) -> dict[tuple[str, str], float]:
    """By list and person: what the dearest page or filter reads in the large world, by what it reads in the small one.

    Where no page of the small world has as many rows, it is taken to read as much for each row that it lacks.
    """
    before, after = _dearest(small), _dearest(large)
    return {
        key: pages / (before[key][0] * max(1.0, rows / max(before[key][1], 1)))
        for key, (pages, rows) in after.items()
        if key in before
    }


def _dearest(cells: Cells) -> dict[tuple[str, str], tuple[int, int]]:
    """By list and person: the most pages of 8 kB that a page reads, and the most rows that one has."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for (name, who, _kind), taken in cells.items():
        pages, rows = found.get((name, who), (0, 0))
        found[name, who] = max(pages, *(each.pages for each in taken)), max(rows, *(each.rows for each in taken))
    return found


def plain(name: str) -> str:
    """The name of a figure."""
    return "_".join(name.replace(".", " ").replace("-", " ").split())
