"""Who can see one case, and who could: each reason with what it shows and from when until when. For the owner alone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from accounts.models import Membership
from cases.access import branches
from cases.hooks import Kept
from cases.models import CaseGrant, Denial, GrantEvent, Share, ShareSlide, Slide
from cases.order import in_order
from core.actor import Purpose

Ref = tuple[str, UUID]  # kind and key of what gave the reason
Time = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Access:
    """One person's access to the case for one reason: `organisation` is for whom they read (`reading_for`), `slides`
    are labels; `is_to_come` where its time begins later."""

    name: str
    organisation: str
    ref: Ref
    slides: list[str]
    shows_identity: bool
    shows_label: bool
    shows_earlier: bool
    shows_first_report: bool
    valid_from: datetime
    valid_until: datetime
    is_to_come: bool
    is_emergency: bool
    minutes_left: int


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which one person had access for one reason, or has, or will have; `organisation` is for whom they read,
    '' where the share does not say."""

    name: str
    ref: Ref
    start: datetime
    end: datetime
    is_emergency: bool
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Unshared:
    """What of the case nobody outside the laboratory is shown now, or keeps; `slides` are labels."""

    label: bool
    earlier: bool
    identity: bool
    first_report: bool
    slides: list[str] = field(default_factory=list)


def standing(case_id: UUID, now: datetime) -> list[Access]:
    """Every access in force or to come, a denial taken into account; emergencies last. Three queries."""
    permission = branches.permission_id(branches.VIEW_CASE)
    grants = branches.anybodys_standing().filter(content_object=case_id, permission=permission)
    rows = list(grants.select_related("user", "share__organisation").order_by("valid_from", "user__family_name", "pk"))
    slides = _slides({row.share_id for row in rows})
    labs = reading_for(rows)
    found = [
        Access(
            name=row.user.printed_name,
            organisation=labs[row.pk],
            ref=(row.share.source_kind, row.share.source_id),
            slides=slides.get(row.share_id, []),
            shows_identity=row.share.shows_identity,
            shows_label=row.share.shows_label,
            shows_earlier=row.share.shows_earlier,
            shows_first_report=row.share.shows_first_report,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            is_to_come=row.valid_from > now,
            is_emergency=row.purpose == Purpose.EMERGENCY,
            minutes_left=int(-(-(row.valid_until - now).total_seconds() // 60)),
        )
        for row in rows
    ]
    return sorted(found, key=lambda access: access.is_emergency)


def spans(case_id: UUID) -> list[Span]:
    """Every time in which somebody outside had or has access, from the history of grants, oldest first. Three queries.

    As it was then: a time that was shortened, or given anew after it had run out, stays what it was. A denial leaves
    the grants as they are, and is taken out of them here.
    """
    shares = {share.pk: share for share in Share.objects.filter(case=case_id).select_related("organisation")}
    permission = branches.permission_id(branches.VIEW_CASE)
    events = GrantEvent.objects.filter(case=case_id, permission=permission).select_related("user").order_by("at", "pk")
    closed = _closed(case_id)
    open_: dict[tuple[UUID, UUID], tuple[datetime, datetime]] = {}
    names: dict[UUID, str] = {}
    found: list[Span] = []
    for event in events:
        share, key = shares.get(event.share), (event.user_id, event.share)
        if share is None:
            continue
        names[event.user_id] = event.user.printed_name
        before = open_.pop(key, None)
        if event.given:
            start = max(event.at, event.valid_from or share.valid_from)
            end = event.valid_until or share.valid_until
            goes_on = before is not None and start <= event.at <= before[1]
            open_[key] = (before[0] if before and goes_on else start, end)
            before = None if goes_on else before
        if before is not None:
            times = _without(before[0], min(before[1], event.at), closed.get(event.user_id, []))
            found += _spans(names[event.user_id], share, times)
    for (user, share_id), (start, end) in open_.items():
        found += _spans(names[user], shares[share_id], _without(start, end, closed.get(user, [])))
    return sorted(found, key=lambda span: (span.start, span.end))


def _spans(name: str, share: Share, times: Iterable[Time]) -> Iterable[Span]:
    is_emergency, lab = share.purpose == Purpose.EMERGENCY, share.organisation
    for start, end in times:
        ref = (share.source_kind, share.source_id)
        yield Span(name, ref, start, end, is_emergency, lab.short_name if lab else "")


def _closed(case_id: UUID) -> dict[UUID, list[tuple[datetime, datetime | None]]]:
    """The times of the denials of this case by person, oldest first; those in force have no end. One query."""
    found: dict[UUID, list[tuple[datetime, datetime | None]]] = {}
    rows = Denial.objects.filter(case=case_id).order_by("valid_from", "pk")
    for user, start, end in rows.values_list("user", "valid_from", "ended_at"):
        found.setdefault(user, []).append((start, end))
    return found


def _without(start: datetime, end: datetime, closed: Iterable[tuple[datetime, datetime | None]]) -> Iterable[Time]:
    """What is left of a time outside these, which come oldest first. Nothing of one that ends before it begins: of a
    reason that was taken back before its time began."""
    for closes, opens in closed:
        if opens is not None and opens <= max(closes, start):
            continue
        if closes >= end:
            break
        if closes > start:
            yield start, closes
        if opens is None:
            return
        start = opens
    if end > start:
        yield start, end


def unshared(case_id: UUID, accesses: Collection[Access], kept: Collection[Kept]) -> Unshared:
    """What none of these accesses shows and none of these records holds. One query."""
    known: list[Access | Kept] = [*accesses, *kept]
    shown = {label for access in accesses for label in access.slides}
    slides = in_order(Slide.objects.filter(case=case_id).select_related("specimen", "block"))
    return Unshared(
        label=not any(access.shows_label for access in accesses),
        earlier=not any(access.shows_earlier for access in accesses),
        identity=not any(each.shows_identity for each in known),
        first_report=not any(each.shows_first_report for each in known),
        slides=[slide.label for slide in slides if slide.label not in shown],
    )


def _slides(shares: Collection[UUID]) -> dict[UUID, list[str]]:
    rows = ShareSlide.objects.filter(share__in=shares).select_related("slide__specimen", "slide__block")
    named: dict[UUID, list[Slide]] = {}
    for row in rows:
        named.setdefault(row.share_id, []).append(row.slide)
    return {share: [slide.label for slide in in_order(slides)] for share, slides in named.items()}


def reading_for(grants: Collection[CaseGrant]) -> dict[UUID, str]:
    """For whom each of these grants, with share and organisation, lets its person read, as a short name, by grant.

    Where the share does not say: wherever that person works now. One query where one does not, else none.
    """
    unsaid = {grant.user_id for grant in grants if grant.share.organisation is None}
    labs = _laboratories_of(unsaid) if unsaid else {}
    return {
        grant.pk: grant.share.organisation.short_name if grant.share.organisation else labs.get(grant.user_id, "")
        for grant in grants
    }


def _laboratories_of(people: Collection[UUID]) -> dict[UUID, str]:
    """The short names of every organisation that each of these people is in, the one joined first before the others."""
    found: dict[UUID, dict[str, None]] = {}
    rows = Membership.objects.active().filter(user__in=people).order_by("valid_from", "id")
    for person, name in rows.values_list("user", "organisation__short_name"):
        found.setdefault(person, {})[name] = None
    return {person: ", ".join(names) for person, names in found.items()}
