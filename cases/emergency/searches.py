"""Emergency searches that showed several cases of one patient to choose from, and whether one was opened then."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import visible_searches
from cases.models import Case
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent

CHOSEN_WITHIN = timedelta(hours=1)  # from the search until a case of it is opened; then its laboratories are told
LISTED_FOR = timedelta(days=30)
MOST = 50  # searches


@dataclass(frozen=True, slots=True)
class Search:
    """One search that opened nothing: who looked, and which cases of the own laboratory they learned of."""

    at: datetime
    person: str
    organisation: str
    accession_numbers: list[str]


def shown_in(search: AuditEvent) -> set[UUID]:
    """The cases, of whatever laboratory, that a search gave to choose from."""
    return {UUID(str(key)) for key in search.facts["shown"]}


def unopened(searches: Collection[AuditEvent]) -> list[AuditEvent]:
    """Those to whose person none of the cases shown was open then or was opened within CHOSEN_WITHIN. One query."""
    cases = {case for each in searches for case in shown_in(each)}
    people = {each.person for each in searches}
    opened = EmergencyAccess.objects.filter(person__in=people, case__in=cases)
    times = opened.values_list("person", "case", "started_at", "ends_at")
    return [
        each
        for each in searches
        if not any(
            who == each.person and case in shown_in(each) and start <= each.at + CHOSEN_WITHIN and end > each.at
            for who, case, start, end in times
        )
    ]


def searches(actor: Actor) -> list[Search]:
    """The last MOST that found cases of the own laboratory and opened nothing, the newest first, for its reviewers.

    One query where there was none, else four.
    """
    now = clock.now()
    rows = visible_searches(actor).filter(at__gt=now - LISTED_FOR, at__lte=now - CHOSEN_WITHIN)
    found: dict[UUID, list[UUID | None]] = {}
    for row in rows:
        found.setdefault(UUID(str(row.facts["search"])), []).append(row.case)
    if not found:
        return []
    made = AuditEvent.objects.filter(pk__in=found, at__gt=now - LISTED_FOR).order_by("-at", "-pk")
    last = unopened(list(made))[:MOST]
    own = Case.objects.filter(pk__in={case for each in last for case in found[each.pk]})
    numbers = dict(own.values_list("pk", "accession_number"))
    return [
        Search(
            each.at,
            each.person_name,
            each.organisation_name,
            sorted(numbers[case] for case in found[each.pk] if case in numbers),
        )
        for each in last
    ]
