"""A privacy officer's search of the record: its filters, its pages, and its rows for a spreadsheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy
from accounts.roles import READ_AUDIT
from cases.trail_words import role_words
from core.actor import Actor
from core.audit import names
from core.audit.models import AuditEvent
from core.audit.queries import Key, Page, page
from core.errors import Forbidden, Invalid

SIZE = 50
MOST = 10_000  # rows of one export
REASONS = {
    "patient": gettext_lazy("The patient asked"),
    "incident": gettext_lazy("A suspected misuse"),
    "check": gettext_lazy("A regular check"),
    "authority": gettext_lazy("A supervisory authority asked"),
}


@dataclass(frozen=True, slots=True)
class Search:
    """What narrows the record; '' and None mean any. `person` is a part of a name, days are of the reader's zone."""

    person: str = ""
    case: UUID | None = None
    patient: UUID | None = None
    action: str = ""
    outcome: str = ""
    organisation: UUID | None = None
    since: date | None = None
    until: date | None = None

    @staticmethod
    def wrong_days(since: date | None, until: date | None) -> str:
        """What is wrong with this period, in words; '' for one that has a day."""
        return _("The last day is before the first.") if since and until and until < since else ""

    def as_q(self) -> Q:
        """The condition."""
        exact = {"case": self.case, "patient": self.patient, "organisation": self.organisation}
        found = Q(**{name: value for name, value in exact.items() if value})
        found &= Q(**{name: value for name, value in (("action", self.action), ("outcome", self.outcome)) if value})
        if self.person.strip():
            found &= Q(person_name__icontains=self.person.strip())
        if self.since:
            found &= Q(at__gte=_start(self.since))
        return found & Q(at__lt=_start(self.until + timedelta(days=1))) if self.until else found

    def codes(self) -> dict[str, object]:
        """For the row about the search: keys and codes, and of what was typed only that there was something."""
        keys = {name: str(getattr(self, name) or "") for name in ("case", "patient", "organisation", "since", "until")}
        return {**keys, "action": self.action, "outcome": self.outcome, "person": bool(self.person.strip())}


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def must_search(actor: Actor) -> None:
    """Raises Forbidden for everybody but the privacy officer of a laboratory."""
    if actor.organisation is None or actor.role not in READ_AUDIT:
        raise Forbidden(_("The audit is for the privacy officer of a laboratory."))


def find(actor: Actor, search: Search, after: Key | None = None, size: int = SIZE) -> Page:
    """A page of what the actor's laboratory did and of what others did with its cases. Raises Forbidden."""
    must_search(actor)
    return page(_parts(actor, search), after, size)


def find_own(actor: Actor, search: Search, after: Key | None) -> Page:
    """A page of what was recorded under the actor's own name, and of what others tried as them and were refused."""
    parts = (policy.own_audit(actor), policy.attempts_to_be(actor))
    return page([each.filter(search.as_q()) for each in parts], after, SIZE)


def _parts(actor: Actor, search: Search) -> Sequence[QuerySet[AuditEvent]]:
    of_own = policy.audit_of_own_patients(actor).filter(search.as_q())
    if search.patient:
        return [of_own]  # the key of another laboratory's patient tells nothing: see policy.shows_patient
    return [policy.visible_audit(actor).filter(search.as_q()), of_own]


COLUMNS = {
    "at": gettext_lazy("time (UTC)"),
    "person_name": gettext_lazy("who"),
    "role": gettext_lazy("role"),
    "organisation_name": gettext_lazy("organisation"),
    "on_behalf_of": gettext_lazy("on behalf of, key of the person"),
    "what": gettext_lazy("what"),
    "action": gettext_lazy("action"),
    "outcome": gettext_lazy("outcome"),
    "object_kind": gettext_lazy("code of the kind"),
    "object_id": gettext_lazy("key of what it is about"),
    "object_version": gettext_lazy("version"),
    "case": gettext_lazy("key of the case"),
    "patient": gettext_lazy("key of the patient"),
    "share": gettext_lazy("key of the share"),
    "purpose": gettext_lazy("purpose"),
    "reason": gettext_lazy("reason"),
    "door": gettext_lazy("through"),
    "session": gettext_lazy("session"),
    "address": gettext_lazy("network address"),
    "request_id": gettext_lazy("key of the page request"),
    "id": gettext_lazy("key of the entry"),
}
ORIGIN = {"session", "address", "request_id"}


def export(actor: Actor, search: Search) -> list[list[object]]:
    """The heading and every row found, newest first. Raises Forbidden, and Invalid where there are more than MOST."""
    found = find(actor, search, size=MOST)
    if found.after is not None:
        message = _("This is more than %(most)d entries. Choose a shorter period.") % {"most": MOST}
        raise Invalid(message, fields={"since": message})
    return [[str(words) for words in COLUMNS.values()], *_cells(actor, found.rows)]


def _cells(actor: Actor, rows: Sequence[AuditEvent]) -> Iterator[list[object]]:
    for row in rows:
        hidden = set() if policy.shows_origin(actor, row) else ORIGIN
        hidden = hidden if policy.shows_patient(actor, row) else hidden | {"patient"}
        made = {"what": names.label(row.action), "role": role_words(row.role), "at": row.at.astimezone(UTC).isoformat()}
        yield [made[name] if name in made else "" if name in hidden else getattr(row, name) for name in COLUMNS]
