"""What the pages of emergency access show: one of them, the reviews that are owed, and how many there were."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from accounts.roles import EDIT_CASES, REVIEW_EMERGENCIES, SEE_HOME_CASES, Role
from cases.emergency.audit_names import READ
from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import as_holder, parties, to_review, visible_emergencies, with_people
from cases.emergency.states import EMERGENCY, Status
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.models import AuditEvent
from core.audit.record import record

MOST = 50
MONTHS = 12

# The shapes of the design (core.web.templatetags.ui.STATUS_ICONS).
KINDS = {Status.RUNNING: "now", Status.ENDED: "owed", Status.REVIEWED: "reviewed"}


@dataclass(frozen=True, slots=True)
class EmergencyView:
    """One emergency access as this actor may know it. `note` and `accession_number` are empty where they may not.

    `minutes_left` counts up to the whole minute, 0 once it is over; `actions` are those the actor may take now.
    """

    id: UUID
    version: int
    number: str
    case: UUID
    accession_number: str
    laboratory: str
    person: str
    organisation: str
    reason: str
    note: str
    overrides_objection: bool
    rule: str
    letter_owed: bool
    letter_sent_on: date | None
    status: str
    status_label: str
    kind: str
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    minutes_left: int
    review_due_at: datetime
    is_overdue: bool
    reviewed_at: datetime | None
    reviewed_by: str
    outcome: str
    outcome_label: str
    review_note: str
    actions: list[str]

    @property
    def letter_awaited(self) -> bool:
        """Whether a letter to the patient is still to be sent."""
        return self.letter_owed and self.letter_sent_on is None

    @property
    def is_running(self) -> bool:
        """Whether it opens the case at this moment."""
        return self.minutes_left > 0


def emergency_view(actor: Actor, access: EmergencyAccess, now: datetime) -> EmergencyView:
    """The view of one that visible_emergencies gave, with its people. One query for an administrator, else none."""
    # Who reviews for the laboratory needs its number to look the case up there; who reviews for the person's own
    # organisation does not, and what was typed may be about the patient.
    knows = access.person_id == actor.person or actor.organisation == access.case.organisation_id
    running = access.status == Status.RUNNING and access.ends_at > now
    shown = access.status if running or access.status != Status.RUNNING else Status.ENDED
    left = (access.ends_at - now).total_seconds() if running else 0
    return EmergencyView(
        id=access.pk,
        version=access.version,
        number=access.number,
        case=access.case_id,
        accession_number=access.case.accession_number if knows else "",
        laboratory=access.case.organisation.name,
        person=access.person.printed_name,
        organisation=access.organisation.name,
        reason=access.reason_label,
        note=access.note if knows else "",
        overrides_objection=access.overrides_objection,
        rule=str(access.rule) if access.rule else "",
        letter_owed=access.letter_owed and knows,
        letter_sent_on=access.letter_sent_on if knows else None,
        status=shown,
        status_label=str(Status(shown).label),
        kind=KINDS[Status(shown)],
        started_at=access.started_at,
        ends_at=access.ends_at,
        ended_at=access.ended_at or (None if running else access.ends_at),
        minutes_left=int(-(-left // 60)),
        review_due_at=access.review_due_at,
        is_overdue=access.status != Status.REVIEWED and access.review_due_at <= now,
        reviewed_at=access.reviewed_at,
        reviewed_by=access.reviewed_by,
        outcome=access.outcome,
        outcome_label=str(access.get_outcome_display()) if access.outcome else "",
        review_note=access.review_note if knows else "",
        actions=EMERGENCY.allowed(shown, parties(actor, access)),
    )


def views(actor: Actor, accesses: Iterable[EmergencyAccess]) -> list[EmergencyView]:
    """The views of several, in their order."""
    now = clock.now()
    return [emergency_view(actor, access, now) for access in accesses]


@dataclass(frozen=True, slots=True)
class Did:
    """One thing that was done under it, in words."""

    at: datetime
    what: str
    refused: bool


def done_under(access: EmergencyAccess) -> list[Did]:
    """What its holder did with the case while it ran, from the audit, oldest first. One query."""
    until = access.ended_at or access.ends_at
    rows = AuditEvent.objects.filter(
        case=access.case_id, person=access.person_id, at__gte=access.started_at, at__lte=until
    ).exclude(object_kind="emergency")
    found = rows.order_by("at").values_list("at", "action", "outcome")[:MOST]
    return [Did(at, str(names.label(action)), outcome != "success") for at, action, outcome in found]


@dataclass(frozen=True, slots=True)
class Month:
    """How many cases of the laboratory were opened in a month, and what the reviews found."""

    month: datetime
    opened: int
    justified: int
    not_justified: int
    owed: int


def months(actor: Actor) -> list[Month]:
    """The last twelve months in which there were any, the newest first, in the time zone of the laboratory."""
    own = visible_emergencies(actor).filter(case__organisation=actor.organisation)
    by_month = own.annotate(month=TruncMonth("started_at")).values("month").order_by("-month")
    rows = by_month.annotate(
        opened=Count("pk"),
        justified=Count("pk", filter=Q(outcome="justified")),
        not_justified=Count("pk", filter=Q(outcome="not_justified")),
        owed=Count("pk", filter=~Q(status=Status.REVIEWED)),
    )
    return [Month(**row) for row in rows[:MONTHS]]


def lists(actor: Actor) -> list[tuple[str, list[EmergencyView]]]:
    """The page's lists, each with its heading: reviews owed, letters owed, done, by own people elsewhere, one's own.

    The first is there when it is empty, too. One query for each, and one for each row that an administrator sees.
    """
    visible = with_people(visible_emergencies(actor))
    found = []
    own = visible.filter(case__organisation=actor.organisation)
    reviews = actor.role in REVIEW_EMERGENCIES
    if reviews:
        found.append((_("Reviews owed"), with_people(to_review(actor)).order_by("review_due_at")))
    elif actor.role in SEE_HOME_CASES:
        others = own.exclude(person=actor.person)
        found.append((_("To cases of your laboratory"), others.order_by("-started_at")))
    if reviews or actor.role in EDIT_CASES:
        unsent = own.filter(letter_owed=True, letter_sent_on=None).exclude(status=Status.RUNNING)
        found.append((_("Letters owed to patients"), unsent.order_by("started_at")))
    if reviews:
        reviewed = own.filter(status=Status.REVIEWED).order_by("-started_at")
        found.append((_("Reviewed"), reviewed))
    if actor.role == Role.PRIVACY_OFFICER:
        elsewhere = visible.filter(organisation=actor.organisation).exclude(case__organisation=actor.organisation)
        found.append((_("By people of your organisation, elsewhere"), elsewhere.order_by("-started_at")))
    found.append((_("Your own"), visible.filter(person=actor.person).order_by("-started_at")))
    now = clock.now()
    shown = [(title, [emergency_view(actor, access, now) for access in rows[:MOST]]) for title, rows in found]
    return [(title, rows) for place, (title, rows) in enumerate(shown) if rows or place == 0]


def looked_at(actor: Actor, access: EmergencyAccess) -> None:
    """Record that somebody read why a case was opened."""
    case = access.case
    record(
        as_holder(actor, access),
        READ,
        object_kind="emergency",
        object_id=access.pk,
        object_version=access.version,
        case=case.pk,
        patient=case.patient_id,
    )
