"""The list's composer: one page of the cases an actor may see, newest first, by keyset and without a total.

Each branch reads its own index up to its own limit; the granted one drops duplicates (two shares of one case)
before its limit; the keys are merged. docs/decisions has the measured reasons.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from cases.access import branches
from cases.access.queries import visible_among
from cases.models import Case
from core.actor import Actor

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a list; '' means any. `accession_number` matches the whole number."""

    status: str = ""
    priority: str = ""
    organ_system: str = ""

    def as_q(self) -> Q:
        """The condition, the same on the case and on a grant's copied columns."""
        given = {"status": self.status, "priority": self.priority, "organ_system": self.organ_system}
        return Q(**{name: value for name, value in given.items() if value})


Key = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Page:
    """The cases of a page with patient and lab, and the key to continue after, None on the last page."""

    cases: list[Case]
    after: Key | None


def case_page(actor: Actor, filters: Filters | None = None, after: Key | None = None, size: int = PAGE) -> Page:
    """One page of what `visible_cases(actor)` holds, ordered by receipt. Three queries at most."""
    narrowed = (filters or Filters()).as_q()
    keys = set(_home_keys(actor, narrowed, after, size + 1)) | set(_granted_keys(actor, narrowed, after, size + 1))
    wanted = sorted(keys, reverse=True)[: size + 1]
    more = len(wanted) > size
    wanted = wanted[:size]
    found = {case.pk: case for case in visible_among(actor, [key for _, key in wanted])}
    cases = [found[key] for _, key in wanted if key in found]
    return Page(cases, wanted[-1] if more else None)


def _home_keys(actor: Actor, narrowed: Q, after: Key | None, limit: int) -> list[Key]:
    if not branches.sees_home(actor):
        return []
    rows: QuerySet[Case] = branches.home(actor).filter(narrowed, branches.not_denied(actor), _before(after, "pk"))
    return list(rows.order_by("-received_at", "-pk").values_list("received_at", "pk")[:limit])


def _granted_keys(actor: Actor, narrowed: Q, after: Key | None, limit: int) -> list[Key]:
    rows = branches.grants_in_force(actor).filter(
        narrowed, branches.not_denied(actor, "content_object"), _before(after, "content_object")
    )
    keys = rows.order_by("-received_at", "-content_object").values_list("received_at", "content_object").distinct()
    return list(keys[:limit])


def _before(after: Key | None, key: str) -> Q:
    """(received_at, key) < after; the redundant first bound lets PostgreSQL start in the index (measured)."""
    if after is None:
        return Q()
    moment, last = after
    return Q(received_at__lte=moment) & (Q(received_at__lt=moment) | Q(**{f"{key}__lt": last}))
