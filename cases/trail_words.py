"""Audit rows as people read them: who did what, when, and because of what. Rows of one sitting are one line.

A line says no more than its reader may know: what something is called comes from the nouns' own `named`, and the codes
and particulars of a row stay in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Role
from cases import hooks
from cases.audit_names import SLIDE_CLOSED, SLIDE_OPENED
from cases.models import Share
from core.actor import MACHINE, Actor, Purpose
from core.audit import hooks as record
from core.audit import names
from core.audit.models import AuditEvent, Outcome
from core.audit.words import PURPOSES
from core.errors import Hidden
from core.web.refusals import BY_PAGE

SITTING = timedelta(minutes=30)  # rows that lie further apart are told apart
CARE = {Purpose.TREATMENT.value, Purpose.EMERGENCY.value}


@dataclass(frozen=True, slots=True)
class Act:
    """One row: `what` in words, `about` the number or label of what it is about where the reader may know it."""

    id: UUID
    at: datetime
    action: str
    what: str
    about: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Line:
    """What one person did in one sitting, newest act first; `lab` is the key of their organisation.

    `for_whom` is the name of the absent colleague, of the same organisation, in whose place they acted, else ''.
    `case` is an accession number, '' where the reader may not know it; `case_id` is its key.
    """

    who: str
    role: str
    organisation: str
    lab: UUID | None
    at: datetime
    what: str
    for_whom: str
    because: str
    case: str
    case_id: UUID | None
    is_refused: bool
    is_emergency: bool
    is_other: bool
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the reader may call things: objects, the cases of the own laboratory, the reasons for access, and those in
    whose place somebody acted."""

    names: dict[tuple[str, UUID], str]
    numbers: Mapping[UUID, str]
    reasons: dict[UUID, str]
    absent: dict[UUID, str]


def lines(
    actor: Actor, rows: Sequence[AuditEvent], *, numbers: Mapping[UUID, str] | None = None, grouped: bool = True
) -> list[Line]:
    """The rows, newest first, as lines. A query for each kind of thing they are about, two for the reasons, one where a
    deputy acted.

    `numbers` are accession numbers that the page tells its reader anyway; all others are told as CaseView would.
    """
    known = _known(actor, rows, numbers or {})
    sittings: list[list[AuditEvent]] = []
    for row in rows:
        if grouped and sittings and _is_same(sittings[-1][-1], row):
            sittings[-1].append(row)
        else:
            sittings.append([row])
    return [_line(actor, sitting, known) for sitting in sittings]


def _known(actor: Actor, rows: Sequence[AuditEvent], numbers: Mapping[UUID, str]) -> _Known:
    cases = {("case", row.case) for row in rows if row.case and row.case not in numbers}
    shares = Share.objects.filter(pk__in={row.share for row in rows if row.share})
    sources = {share.pk: (share.source_kind, share.source_id) for share in shares}
    refs = {ref for row in rows if (ref := _about(row))} | set(sources.values()) | cases
    names_ = record.named(actor, refs)
    reasons = {
        key: _with(hooks.source_name(kind), names_.get((kind, source), "")) for key, (kind, source) in sources.items()
    }
    known = {key: names_[kind, key] for kind, key in cases if (kind, key) in names_}
    away = {row.on_behalf_of for row in rows if row.on_behalf_of}
    absent = {user.pk: user.printed_name for user in User.objects.filter(pk__in=away)} if away else {}
    return _Known(names_, {**known, **numbers}, reasons, absent)


def _about(row: AuditEvent) -> tuple[str, UUID] | None:
    try:
        return (row.object_kind, UUID(row.object_id)) if row.outcome != Outcome.DENIED else None
    except ValueError:
        return None


def _is_same(newer: AuditEvent, older: AuditEvent) -> bool:
    """Whether two rows belong to one sitting: one person, session and case, one reason, no refusal, close together."""
    of = ("person", "person_name", "membership", "on_behalf_of", "session", "case", "patient", "share", "purpose")
    return (
        newer.outcome == older.outcome == Outcome.SUCCESS
        and all(getattr(newer, name) == getattr(older, name) for name in of)
        and newer.at - older.at <= SITTING
    )


def _line(actor: Actor, sitting: list[AuditEvent], known: _Known) -> Line:
    row = sitting[-1]  # when it began, so that a reason given then stands
    case = known.numbers.get(row.case, "") if row.case else ""
    acts = tuple(_act(each, known, case) for each in sitting)
    return Line(
        who=row.person_name if row.person or row.role else _system(row),
        role=role_words(row.role),
        organisation=row.organisation_name,
        lab=row.organisation,
        at=sitting[0].at,
        what=_summary(acts),
        for_whom=known.absent.get(row.on_behalf_of, "") if row.on_behalf_of else "",
        because=_because(row, known),
        case=case,
        case_id=row.case,
        is_refused=row.outcome != Outcome.SUCCESS,
        is_emergency=row.purpose == Purpose.EMERGENCY,
        is_other=bool(row.person or row.role) and row.organisation != actor.organisation,
        acts=acts,
    )


def _system(row: AuditEvent) -> str:
    return _("System (%(part)s)") % {"part": row.person_name} if row.person_name else _("Somebody not signed in")


def role_words(role: str) -> str:
    """The role in words; a code of another release as it is."""
    return str({**dict(Role.choices), MACHINE: _("Machine")}.get(role, role))


def _act(row: AuditEvent, known: _Known, case: str) -> Act:
    ref = _about(row)
    about = known.names.get(ref, "") if ref else ""
    about = about.removeprefix(f"{case} ") if case and about != case else ("" if about == case else about)
    what = str(names.label(row.action))
    if row.action == "access.denied":
        looked = row.facts.get("method") in {"GET", "HEAD"}
        what = _("Tried to open it and was refused") if looked else _("Tried to change something and was refused")
        if row.facts.get("by") == BY_PAGE:
            what = _("A page left open saved or asked by itself and was refused")
    return Act(row.pk, row.at, row.action, what, about, row.outcome)


def _summary(acts: Sequence[Act]) -> str:
    """What was done, in the order it was done, the same thing once. Closing a slide says nothing beside opening it."""
    grouped: dict[str, list[Act]] = {}
    for act in reversed(acts):
        grouped.setdefault(act.action, []).append(act)
    if SLIDE_OPENED in grouped:
        grouped.pop(SLIDE_CLOSED, None)
    return "; ".join(_several(each) for each in grouped.values())


def _several(acts: list[Act]) -> str:
    about = list(dict.fromkeys(act.about for act in acts if act.about))
    what = _("%(what)s: %(which)s") % {"what": acts[0].what, "which": ", ".join(about)} if about else acts[0].what
    if len(acts) > max(1, len(about)):
        times = ngettext("%(count)d time", "%(count)d times", len(acts)) % {"count": len(acts)}
        what = f"{what} ({times})"
    return what


def _because(row: AuditEvent, known: _Known) -> str:
    """Because of what somebody could do it, or why not."""
    if row.outcome == Outcome.DENIED and row.facts.get("by") == BY_PAGE and row.reason == Hidden.code:
        return _("No access at that moment")
    if row.outcome == Outcome.DENIED:
        return {
            "not-found": _("Had no access to it"),
            "forbidden": _("The step was not this person's"),
        }.get(row.reason, _("Not allowed"))
    if row.purpose == Purpose.EMERGENCY:
        return known.reasons.get(row.share, _("Emergency access")) if row.share else _("Emergency access")
    if row.share:
        return known.reasons.get(row.share, _("Shared"))
    if row.person is None or (row.owner and row.purpose not in CARE):
        return str(dict(PURPOSES).get(row.purpose, row.purpose))
    if row.owner is None:
        return ""
    if row.owner == row.organisation:
        return _("Own case")
    return _own_record(row, known)


def _own_record(row: AuditEvent, known: _Known) -> str:
    """Without a share, another laboratory acts on what it was asked and on its own record of that."""
    ref = _about(row)
    number = known.names.get(ref, "") if ref and row.object_kind == "request" else ""
    return _with(_("Its own record of the request"), number)


def _with(words: str, number: str) -> str:
    return _("%(why)s (%(number)s)") % {"why": words, "number": number} if number else words
