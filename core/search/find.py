"""Reads one page of what somebody may find: from the index by key, and then only what the actor may know.

The index is read within the actor's own scopes, a batch at a time, so the work depends on neither the number of cases
nor on what others hold. What it leads to is a candidate: `look` fetches it with the actor's rights and says by which
keys this actor may find it, from the same view that the pages show. What does not fit that is left out, as if it were
not there.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from core.search.models import LONGEST, SearchKey

BATCH = 100  # candidates looked at together at most; at first as many as should do, then twice as many
MOST = 1_000  # candidates looked at for one page; then the answer says that it is not all
COUNTED = 100  # a word that leads to more than these is a common one
LAST = "\U0010ffff"  # sorts after every sign that a key can hold

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that was typed: it fits keys that are one of `exact` or begin with one of `begins`."""

    exact: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()

    def fits(self, key: str) -> bool:
        """Whether it fits this key."""
        return key in self.exact or key.startswith(self.begins)

    def first(self, keys: Collection[str]) -> str | None:
        """The key, first in the index's order, that it fits; None where it fits none."""
        return min((key for key in keys if self.fits(key)), default=None)

    def ranges(self) -> list[Q]:
        """Its ranges of the index."""
        whole = [Q(key=each[:LONGEST]) for each in self.exact]
        return whole + [Q(key__gte=each[:LONGEST], key__lt=each[:LONGEST] + LAST) for each in self.begins]


Query = tuple[tuple[Term, ...], ...]  # one of these fits where all its terms do; the earlier ones come first


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: which alternative, by which of its terms it was read, and the last key of the index."""

    alternative: int
    term: int
    key: str
    rank: int
    target: UUID


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A thing that the actor may see, and the keys by which this actor may find it."""

    keys: frozenset[str]
    thing: T


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A page: the things, where to go on (None at the end), and whether not everything was looked through."""

    things: list[T]
    after: Position | None = None
    is_cut: bool = False


Look = Callable[[Collection[UUID]], Mapping[UUID, Known[T]]]


def find(
    query: Query, noun: str, scopes: Collection[UUID], look: Look[T], *, size: int, after: Position | None = None
) -> Found[T]:
    """One page of the things of kind `noun`, by key and then the newest first. `look` gets a batch of targets."""
    hits: list[tuple[Position, T]] = []
    seen: set[UUID] = set()
    looked = 0
    for place in range(after.alternative if after else 0, len(query)) if scopes else ():
        terms = query[place]
        start = after if after and after.alternative == place else None
        driver = start.term if start else _rarest(noun, scopes, terms)
        batch = min(BATCH, 2 * (size + 1))
        while looked < MOST:
            rows = _candidates(noun, scopes, terms[driver], start, batch)
            known = look({row.target for row in rows} - seen) if rows else {}
            for row in rows:
                found = known.get(row.target)
                start = Position(place, driver, row.key, row.rank, row.target)
                if row.target in seen or found is None or terms[driver].first(found.keys) != row.key:
                    continue  # not for this actor to know, or shown under an earlier key
                seen.add(row.target)
                fits = [all(term.first(found.keys) is not None for term in each) for each in query[: place + 1]]
                if fits[place] and not any(fits[:place]):
                    hits.append((start, found.thing))
            looked += len(rows)
            if len(hits) > size:
                return Found([thing for _, thing in hits[:size]], hits[size - 1][0])
            if len(rows) < batch:
                break
            batch = min(BATCH, 2 * batch)
    return Found([thing for _, thing in hits], is_cut=looked >= MOST)


def _rarest(noun: str, scopes: Collection[UUID], terms: tuple[Term, ...]) -> int:
    """The place of the term that leads to the fewest, counted up to COUNTED; nothing is counted for a single one."""
    if len(terms) == 1:
        return 0
    counts = [_union(noun, scopes, term, None, COUNTED).count() for term in terms]
    return counts.index(min(counts))


def _candidates(noun: str, scopes: Collection[UUID], term: Term, after: Position | None, limit: int) -> list[SearchKey]:
    return list(_union(noun, scopes, term, after, limit).order_by("key", "rank", "target")[:limit])


def _union(noun: str, scopes: Collection[UUID], term: Term, after: Position | None, limit: int) -> QuerySet[SearchKey]:
    """The rows of the term's ranges in each scope: every part reads its own stretch of the index up to the limit."""
    parts = [
        SearchKey.objects.filter(range_, _beyond(after), noun=noun, scope=scope).order_by("key", "rank", "target")[
            :limit
        ]
        for scope in sorted(set(scopes))
        for range_ in term.ranges()
    ]
    return reduce(lambda one, other: one.union(other, all=True), parts)


def _beyond(after: Position | None) -> Q:
    """(key, rank, target) > after; the redundant first bound lets PostgreSQL start in the index."""
    if after is None:
        return Q()
    same_rank = Q(rank=after.rank, target__gt=after.target)
    return Q(key__gte=after.key) & (Q(key__gt=after.key) | Q(key=after.key) & (Q(rank__gt=after.rank) | same_rank))
