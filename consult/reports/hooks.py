"""What rooms above tell this one: how a report is composed, what stands against signing, who hears, who keeps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from consult.reports.content import Content
from consult.reports.models import Report, ReportVersion
from core.actor import Actor


@dataclass(frozen=True, slots=True)
class SignCheck:
    """Something the signer must know. A blocking one must be mended first; a warning must be confirmed.

    `url` is where it can be mended or looked at, '' where there is no such page. `by_others` says that the signer can
    only look: somebody else has to mend it.
    """

    code: str
    message: str
    blocks: bool = False
    url: str = ""
    by_others: bool = False


Composer = Callable[[Report], Content]
Checker = Callable[[Actor, Report], Iterable[SignCheck]]
Signed = Callable[[Actor, Report, ReportVersion], None]
Address = Callable[[Report], str]
Reason = Callable[[Report], str]
Kept = Callable[[Actor], Q]


@dataclass(frozen=True, slots=True)
class Step:
    """What the reader of a signed report still owes it: the words of the button, and where it leads."""

    words: str
    url: str


Owed = Callable[[Actor, Report], Step | None]

_composers: dict[str, Composer] = {}
_desks: dict[str, Address] = {}
_reasons: dict[str, Reason] = {}
_owed: dict[str, Owed] = {}
_checks: list[Checker] = []
_on_signed: list[Signed] = []
_kept: list[Kept] = []


def composer(kind: str, compose: Composer) -> None:
    """Register how a draft of this kind becomes the content that is signed. One per kind."""
    _composers[kind] = compose


def written_at(kind: str, address: Address) -> None:
    """Register the page on which a report of this kind is written and read beside its slides. One per kind."""
    _desks[kind] = address


def over_because(kind: str, reason: Reason) -> None:
    """Register the sentence that says why a discarded draft of this kind is over. One per kind."""
    _reasons[kind] = reason


def owed_by(kind: str, owed: Owed) -> None:
    """Register what a reader of a signed report of this kind still owes it. One per kind."""
    _owed[kind] = owed


def sign_checks(checker: Checker) -> Checker:
    """Register a function that states what stands against signing a report."""
    if checker not in _checks:
        _checks.append(checker)
    return checker


def on_signed(listener: Signed) -> Signed:
    """Register a function that runs in the signing transaction."""
    if listener not in _on_signed:
        _on_signed.append(listener)
    return listener


def keeps(kept: Kept) -> Kept:
    """Register a condition on ReportVersion: those that an actor's laboratory keeps as part of its own record."""
    if kept not in _kept:
        _kept.append(kept)
    return kept


def compose(report: Report) -> Content:
    """The content that signing this draft would fix."""
    return _composers[report.kind](report)


def writing_page(report: Report) -> str:
    """The address of the page on which this report is written; '' for a kind that is written elsewhere."""
    address = _desks.get(report.kind)
    return address(report) if address else ""


def why_over(report: Report) -> str:
    """Why this discarded draft is over, for its author; '' where nobody knows."""
    reason = _reasons.get(report.kind)
    return reason(report) if reason else ""


def owed(actor: Actor, report: Report) -> Step | None:
    """What this reader still owes the report, None for whoever owes nothing."""
    found = _owed.get(report.kind)
    return found(actor, report) if found else None


def checks_for(actor: Actor, report: Report) -> list[SignCheck]:
    """Everything that stands against signing, blocking ones first."""
    found = [check for checker in _checks for check in checker(actor, report)]
    return sorted(found, key=lambda check: not check.blocks)


def run_on_signed(actor: Actor, report: Report, version: ReportVersion) -> None:
    """Call every listener."""
    for listener in _on_signed:
        listener(actor, report, version)


def kept_by(actor: Actor) -> Q:
    """The versions that the actor's laboratory keeps: a condition on ReportVersion, of none where nobody registered."""
    return reduce(or_, (kept(actor) for kept in _kept), Q(pk__in=[]))


def registrants() -> dict[str, list[str]]:
    """Who is registered for each hook, as dotted names; one test lists them."""
    hooks: dict[str, list[Any]] = {
        "composer": list(_composers.values()),
        "written_at": list(_desks.values()),
        "over_because": list(_reasons.values()),
        "owed_by": list(_owed.values()),
        "sign_checks": _checks,
        "on_signed": _on_signed,
        "keeps": _kept,
    }
    return {name: [f"{each.__module__}.{each.__qualname__}" for each in found] for name, found in hooks.items()}
