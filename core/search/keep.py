"""Keeps the keys equal to what the rooms say of a case or a patient, in the transaction that changed it."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from core.search.models import LONGEST, SearchKey

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEP = 500  # cases or patients whose keys are compared at once


@dataclass(frozen=True, slots=True)
class Row:
    """What leads the readers of `scope` to `target`, a thing of kind `noun` that dates from `at`."""

    noun: str
    scope: UUID
    keys: frozenset[str]
    at: datetime
    target: UUID
    about: UUID


Source = Callable[[Collection[UUID]], Iterable[Row]]
_sources: dict[str, list[Source]] = {}
_Values = tuple[str, UUID, str, int, UUID, UUID]


def keys_of(kind: str, source: Source) -> None:
    """Register what states the rows of the given things of `kind`: "case" with all that lies on it, or "patient"."""
    if source not in _sources.setdefault(kind, []):
        _sources[kind].append(source)


def registrants() -> dict[str, list[str]]:
    """Who states rows, as dotted names; one test lists them."""
    return {kind: [f"{each.__module__}.{each.__qualname__}" for each in found] for kind, found in _sources.items()}


def refresh(kind: str, ids: Collection[UUID]) -> int:
    """Make the rows about these equal to what the sources state now; how many rows were put in or taken away."""
    changes, waiting = 0, list(ids)
    while waiting:
        some, waiting = waiting[:STEP], waiting[STEP:]
        missing, left_over = _differences(kind, some)
        for about in {values[-1] for values in left_over}:
            gone = [values[:-1] for values in left_over if values[-1] == about]
            SearchKey.objects.filter(about=about, pk__in=gone).delete()
        SearchKey.objects.bulk_create(
            (SearchKey(**dict(zip(COLUMNS, values, strict=True))) for values in sorted(missing)),
            batch_size=5_000,
            ignore_conflicts=True,
        )
        changes += len(missing) + len(left_over)
    return changes


def differences(kind: str, ids: Collection[UUID]) -> int:
    """How many rows about these are missing or left over; 0 unless something was written past the actions."""
    return sum(map(len, _differences(kind, ids)))


COLUMNS = ("noun", "scope", "key", "rank", "target", "about")


def _differences(kind: str, ids: Collection[UUID]) -> tuple[set[_Values], set[_Values]]:
    stated = {values for source in _sources.get(kind, []) for row in source(ids) for values in _values(row)}
    stored: set[Any] = set(SearchKey.objects.filter(about__in=ids).values_list(*COLUMNS))
    return stated - stored, stored - stated


def _values(row: Row) -> Iterable[_Values]:
    rank = -((row.at - EPOCH) // timedelta(microseconds=1))
    for key in row.keys:
        yield row.noun, row.scope, key[:LONGEST], rank, row.target, row.about
