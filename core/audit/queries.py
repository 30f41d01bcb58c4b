"""Pages of the record, newest first, by keyset and without a total."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from core.audit.models import AuditEvent

Key = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page, and the key to go on after, None on the last page."""

    rows: list[AuditEvent]
    after: Key | None


def page(parts: Sequence[QuerySet[AuditEvent]], after: Key | None, size: int) -> Page:
    """One page of the union of `parts`, each read by its own index up to the page's size. One query for each."""
    found: dict[UUID, AuditEvent] = {}
    for part in parts:
        for row in part.filter(_before(after)).order_by("-at", "-pk")[: size + 1]:
            found[row.pk] = row
    rows = sorted(found.values(), key=_key, reverse=True)[: size + 1]
    return Page(rows[:size], _key(rows[size - 1]) if len(rows) > size else None)


def _key(row: AuditEvent) -> Key:
    return (row.at, row.pk)


def _before(after: Key | None) -> Q:
    """The first bound, redundant, lets PostgreSQL start in the index and leave later months aside."""
    if after is None:
        return Q()
    moment, last = after
    return Q(at__lte=moment) & (Q(at__lt=moment) | Q(pk__lt=last))
