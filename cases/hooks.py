"""What rooms above tell the cases room: reasons for access, reasons against it, and what each is in words."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from core.actor import Actor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class ShareSpec:
    """A reason for access as its workflow states it; cases.access.grants makes the rows equal to it.

    `organisation` is for whom the people read, None where the workflow does not know: such a share is held by whatever
    is against any organisation. `sharing` is for what, as rules for the legal basis call it; '' where none asks.
    """

    case: UUID
    source_kind: str
    source_id: UUID
    purpose: str
    valid_from: datetime
    valid_until: datetime
    people: frozenset[UUID]
    slides: frozenset[UUID]
    shows_identity: bool = False
    shows_label: bool = False
    shows_earlier: bool = False
    shows_first_report: bool = False
    organisation: UUID | None = None
    sharing: str = ""


@dataclass(frozen=True, slots=True)
class DenialSpec:
    """A reason against access as its workflow states it."""

    case: UUID
    user: UUID
    kind: str
    source_kind: str
    source_id: UUID
    valid_from: datetime


@dataclass(frozen=True, slots=True)
class BlockSpec:
    """A reason against sharing a case, as its workflow states it: whatever it concerns shows nothing.

    It holds every share of the case, also of people who are named later, and leaves the case's own laboratory alone;
    what speaks against one person is a DenialSpec. `yields_to` are the kinds of shares that a rule lets through. It may
    concern `only` some organisations, spare some, spare shares that do not show whose case it is, and begin later:
    then it cuts their time short. It may concern only the shares of some `sources`: then it says nothing of a new one.
    `words` say it to somebody of the case's own laboratory who wants to share it.
    """

    case: UUID
    words: "StrOrPromise"
    yields_to: frozenset[str] = frozenset()
    only: frozenset[UUID] | None = None
    spares: frozenset[UUID] = frozenset()
    spares_pseudonym: bool = False
    begins: datetime | None = None
    sources: frozenset[UUID] | None = None

    def holds(self, spec: ShareSpec) -> bool:
        """Whether it concerns this share, whenever it begins."""
        if spec.source_kind in self.yields_to or (self.spares_pseudonym and not spec.shows_identity):
            return False
        if self.sources is not None and spec.source_id not in self.sources:
            return False
        if spec.organisation is None:
            return True
        return spec.organisation not in self.spares and (self.only is None or spec.organisation in self.only)


@dataclass(frozen=True, slots=True)
class Reason:
    """What the source of a share says of it to one reader: what it is, its page, and how this reader may end it.

    `end_url` is where the workflow ends it, or takes the step that comes first, '' for a reader who may not. `ends`
    says what ends it where that is not one button, and who can where this reader cannot. `detail` is what somebody
    gave as the reason, '' where this reader may not know it.
    """

    words: str
    detail: str = ""
    url: str = ""
    end_words: str = ""
    end_url: str = ""
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """Something of a room above that somebody has open on a case: its number and page, whose it is, and in `words`
    what becomes of it if that person sees the case no more. In words that the reader who asked may know.
    """

    number: str
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody outside the case's laboratory reads of it by a record of their own, whatever shares open: where and
    who there, of what (`words`, with its page), and what, each in words; `until` says how long. `shows_identity`
    and `shows_first_report` say whether the patient and the first report are part of it.
    """

    organisation: str
    readers: str
    words: str
    url: str
    keeps: list[str]
    until: str
    shows_identity: bool
    shows_first_report: bool


ShareSource = Callable[[Collection[UUID]], Iterable[ShareSpec]]
DenialSource = Callable[[Collection[UUID]], Iterable[DenialSpec]]
BlockSource = Callable[[Collection[UUID]], Iterable[BlockSpec]]
Known = Mapping[BlockSource, Collection[BlockSpec]]
ReasonTeller = Callable[[Actor, Collection[UUID]], Mapping[UUID, Reason]]
AbsentPeople = Callable[[Collection[UUID]], Mapping[UUID, UUID]]
WhySource = Callable[[Actor, UUID], Iterable[str]]
WorkSource = Callable[[Actor, UUID], Iterable[Work]]
KeptSource = Callable[[Actor, UUID], Iterable[Kept]]

_shares: list[ShareSource] = []
_denials: list[DenialSource] = []
_blocks: list[BlockSource] = []
_why: list[WhySource] = []
_work: list[WorkSource] = []
_kept: list[KeptSource] = []
_tellers: dict[str, ReasonTeller] = {}
_absent: dict[str, AbsentPeople] = {}
_source_names: "dict[str, StrOrPromise]" = {}


def shares(source: ShareSource) -> ShareSource:
    """Register a function that states every current reason for access to the given cases."""
    if source not in _shares:
        _shares.append(source)
    return source


def denials(source: DenialSource) -> DenialSource:
    """Register a function that states every current reason against access to the given cases."""
    if source not in _denials:
        _denials.append(source)
    return source


def blocks(source: BlockSource) -> BlockSource:
    """Register a function that states every current reason against sharing the given cases with anybody."""
    if source not in _blocks:
        _blocks.append(source)
    return source


def why(source: WhySource) -> WhySource:
    """Register a function that says in sentences what else of a case the actor sees, besides the case itself."""
    if source not in _why:
        _why.append(source)
    return source


def work(source: WorkSource) -> WorkSource:
    """Register a function that says what people have open on a case, as far as the actor may know of it."""
    if source not in _work:
        _work.append(source)
    return source


def kept(source: KeptSource) -> KeptSource:
    """Register a function that says, to somebody of a case's own laboratory, what others keep of it as their record."""
    if source not in _kept:
        _kept.append(source)
    return source


def reasons(kind: str, teller: ReasonTeller) -> None:
    """Give what shares whose `source_kind` is `kind` say of themselves, by `source_id`, to somebody who may know it."""
    _tellers[kind] = teller


def stands_in(kind: str, absent: AbsentPeople) -> None:
    """Give for whom somebody reads by shares whose `source_kind` is `kind`: the absent person, by `source_id`."""
    _absent[kind] = absent


def name_source(kind: str, label: "StrOrPromise") -> None:
    """Give the words for shares whose `source_kind` is `kind`: why somebody can see a case."""
    _source_names[kind] = label


def expected_shares(case_ids: Collection[UUID]) -> list[ShareSpec]:
    """Every reason for access that any workflow states for these cases and that no reason against sharing holds."""
    held = blocked(case_ids)
    left = (_left_of(spec, held.get(spec.case, ())) for spec in stated_shares(case_ids))
    return [spec for spec in left if spec is not None]


def stated_shares(case_ids: Collection[UUID]) -> list[ShareSpec]:
    """Every reason for access that any workflow states for these cases, whatever speaks against it."""
    return [spec for source in _shares for spec in source(case_ids)]


def _left_of(spec: ShareSpec, blocks: Iterable[BlockSpec]) -> ShareSpec | None:
    """What these leave of a share: nothing, a shorter one, or all of it."""
    ends = spec.valid_until
    for block in blocks:
        if block.holds(spec):
            ends = spec.valid_from if block.begins is None else min(ends, block.begins)
    if ends <= spec.valid_from:
        return None
    return spec if ends == spec.valid_until else replace(spec, valid_until=ends)


def holding(spec: ShareSpec, at: datetime, known: Known | None = None) -> list[BlockSpec]:
    """What would hold this share at `at`, were it stated. See `blocked` for `known`."""
    held = blocked([spec.case], known).get(spec.case, ())
    return [each for each in held if each.holds(spec) and (each.begins is None or each.begins <= at)]


def blocked(case_ids: Collection[UUID], known: Known | None = None) -> dict[UUID, list[BlockSpec]]:
    """What speaks against sharing these cases; those of which nothing does are missing.

    A source in `known` is not asked: what it states of these cases was read already, in this transaction or page.
    """
    found: dict[UUID, list[BlockSpec]] = {}
    known = known or {}
    for source in _blocks:
        for spec in known[source] if source in known else source(case_ids):
            found.setdefault(spec.case, []).append(spec)
    return found


def expected_denials(case_ids: Collection[UUID]) -> list[DenialSpec]:
    """Every reason against."""
    return [spec for source in _denials for spec in source(case_ids)]


def told_reasons(actor: Actor, refs: Iterable[tuple[str, UUID]]) -> dict[tuple[str, UUID], Reason]:
    """What each share, by kind and key of its source, says of itself to this actor; its kind in words at least."""
    keys: dict[str, list[UUID]] = {}
    for kind, key in refs:
        keys.setdefault(kind, []).append(key)
    found = {
        (kind, key): reason
        for kind, wanted in keys.items()
        if kind in _tellers
        for key, reason in _tellers[kind](actor, wanted).items()
    }
    return {(kind, key): Reason(source_name(kind)) for kind, wanted in keys.items() for key in wanted} | found


def absent_people(refs: Iterable[tuple[str, UUID]]) -> dict[tuple[str, UUID], UUID]:
    """For whom shares, by kind and key of their source, let somebody read; missing where it is for themselves."""
    keys: dict[str, set[UUID]] = {}
    for kind, key in refs:
        if kind in _absent:
            keys.setdefault(kind, set()).add(key)
    return {(kind, key): person for kind, wanted in keys.items() for key, person in _absent[kind](wanted).items()}


def why_else(actor: Actor, case_id: UUID) -> list[str]:
    """What else of a case the actor sees, in sentences."""
    return [sentence for source in _why for sentence in source(actor, case_id)]


def open_work(actor: Actor, case_id: UUID) -> list[Work]:
    """What people have open on the case that they could not go on with if it were closed to them."""
    return [each for source in _work for each in source(actor, case_id)]


def kept_elsewhere(actor: Actor, case_id: UUID) -> list[Kept]:
    """What others keep of a case of the actor's own laboratory as their record."""
    return [each for source in _kept for each in source(actor, case_id)]


def source_name(kind: str) -> str:
    """The words for a reason for access; a kind of another release is shown as it is."""
    return str(_source_names.get(kind, kind))


def source_names() -> "dict[str, StrOrPromise]":
    """Every kind of reason for access with its words."""
    return dict(_source_names)


def registrants() -> dict[str, list[str]]:
    """Who is registered for each hook, as dotted names; one test lists them."""
    hooks = {
        "shares": _shares,
        "denials": _denials,
        "blocks": _blocks,
        "reasons": list(_tellers.values()),
        "stands_in": list(_absent.values()),
        "why": _why,
        "work": _work,
        "kept": _kept,
    }
    return {name: [f"{each.__module__}.{each.__name__}" for each in sources] for name, sources in hooks.items()}  # type: ignore[attr-defined]  # sources are functions
