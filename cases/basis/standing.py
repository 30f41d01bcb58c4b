"""What is recorded of a patient, seen from one case: what meets a rule's needs, and what speaks against sharing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Organisation
from accounts.models.organisation import Kind as OrganisationKind
from cases.basis.kinds import Against, Kind, Need, Protection
from cases.basis.models import LegalFact
from cases.basis.states import FactStatus
from cases.models import Case


@dataclass(frozen=True, slots=True)
class Entry:
    """One LegalFact as the reduction reads it. `names` are the organisations that a block names, with those below."""

    id: UUID
    kind: Kind
    of_case: bool
    status: str
    recorded_at: datetime
    valid_from: datetime
    valid_until: datetime | None = None
    ended_at: datetime | None = None
    reach: str = ""
    names: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that speaks against sharing, from `begins` on: `only` these organisations (None: all), never `spares`.

    `spares_pseudonym` says that a share without the patient's identity goes on.
    """

    against: Against
    fact: UUID
    begins: datetime
    only: frozenset[UUID] | None = None
    spares: frozenset[UUID] = frozenset()
    spares_pseudonym: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """What meets each need now, by the key of the LegalFact; and what speaks against sharing, now or later."""

    met: dict[Need, UUID]
    held: list[Held]


@dataclass(frozen=True, slots=True)
class House:
    """A laboratory, and every organisation of its own organisation as a whole (itself included)."""

    laboratory: UUID
    family: frozenset[UUID]
    everybody: frozenset[UUID]


def reduce(entries: Sequence[Entry], house: House, protection: Protection, at: datetime) -> Recorded:
    """What the entries of one case and patient come to at `at`."""
    met: dict[Need, UUID] = {}
    for each in entries:
        if each.kind == Kind.INFORMED and each.status == FactStatus.STANDS:
            met[Need.INFORMED] = each.id
    held = [*_blocks(entries, house), *_protected(entries, house, protection)]
    refused = list(_refused(entries, house))
    given = [each for each in entries if _is_given(each)]
    if given and all(each.begins > at for each in refused):
        met[Need.CONSENT] = max(given, key=lambda each: each.recorded_at).id
    return Recorded(met, [*held, *refused])


def _blocks(entries: Iterable[Entry], house: House) -> Iterable[Held]:
    own = frozenset({house.laboratory})
    for each in entries:
        if each.kind != Kind.BLOCK or each.status != FactStatus.STANDS:
            continue
        only = {
            Against.CARE_UNIT: house.family - own,
            Against.ORGANISATION: each.names or house.everybody - house.family,
        }.get(Against(each.reach))
        yield Held(Against(each.reach), each.id, each.valid_from, only, own)


def _protected(entries: Sequence[Entry], house: House, protection: Protection) -> Iterable[Held]:
    """A confirmation counts for what was recorded before it, and under a rule that takes one."""
    cleared = [each.recorded_at for each in entries if each.kind == Kind.CLEARED and each.status == FactStatus.STANDS]
    for each in entries:
        if each.kind != Kind.PROTECTED or each.status != FactStatus.STANDS:
            continue
        if protection == Protection.CONFIRMED and cleared and max(cleared) >= each.recorded_at:
            continue
        own = frozenset({house.laboratory})
        yield Held(Against.PROTECTED, each.id, each.valid_from, None, own, spares_pseudonym=True)


def _refused(entries: Sequence[Entry], house: House) -> Iterable[Held]:
    """Refusals, consents that were withdrawn and the ends of consents that run out, unless a later consent has
    overtaken them.

    What was said about one case is overtaken by what was later said about that case only. A consent that was given
    before with no last day, or a later one, does not lengthen it: the patient has said less since.
    """
    own = frozenset({house.laboratory})
    for each in entries:
        begins = _taken_back(each)
        if begins is None:
            continue
        said = each.recorded_at if _is_given(each) else begins
        later = (yes for yes in entries if _is_given(yes) and yes.recorded_at > said)
        if not any(yes.of_case or not each.of_case for yes in later):
            yield Held(Against.REFUSED, each.id, begins, None, own)


def _taken_back(each: Entry) -> datetime | None:
    """From when on it says that the patient does not consent; None where it never does."""
    if _is_given(each):
        return each.valid_until
    refused = each.kind == Kind.REFUSAL and each.status == FactStatus.STANDS
    return (each.ended_at or each.recorded_at) if refused or each.status == FactStatus.WITHDRAWN else None


def _is_given(each: Entry) -> bool:
    return each.kind == Kind.CONSENT and each.status == FactStatus.STANDS


def facts_of(cases: Collection[Case]) -> dict[UUID, list[LegalFact]]:
    """The records that concern each case and have not been ended: of itself, and of its patient as a whole.

    A block or refusal of a case stays with the case whoever it belongs to later; what was said for a patient counts for
    that patient alone. Two queries at most.
    """
    patients = {case.patient_id for case in cases}
    keys = {case.pk for case in cases}
    wanted = Q(patient__in=patients) | Q(case__in=keys)
    rows = list(LegalFact.objects.filter(wanted).exclude(status=FactStatus.ENDED).prefetch_related("organisations"))
    return {case.pk: [each for each in rows if _concerns(each, case)] for case in cases}


def _concerns(fact: LegalFact, case: Case) -> bool:
    if fact.case_id is None:
        return fact.patient_id == case.patient_id
    if fact.case_id != case.pk:
        return False
    speaks_for = {Kind.INFORMED, Kind.CONSENT, Kind.CLEARED}
    taken_back = fact.status == FactStatus.WITHDRAWN
    return fact.patient_id == case.patient_id or fact.kind not in speaks_for or taken_back


def entry(fact: LegalFact, names: frozenset[UUID]) -> Entry:
    """A record as the reduction reads it."""
    return Entry(
        id=fact.pk,
        kind=Kind(fact.kind),
        of_case=fact.case_id is not None,
        status=fact.status,
        recorded_at=fact.recorded_at,
        valid_from=fact.valid_from,
        valid_until=fact.valid_until,
        ended_at=fact.ended_at,
        reach=fact.reach,
        names=names,
    )


class Houses:
    """The hierarchy of organisations, read once: what stands below one, and what belongs together. One query."""

    def __init__(self) -> None:
        rows: Any = Organisation.objects.order_by().values_list("pk", "parent", "parent__parent", "kind")
        self._places = {row[0]: [key for key in row[:3] if key] for row in rows}
        self._networks = {row[0] for row in rows if row[3] == OrganisationKind.NETWORK}

    def below(self, organisations: Collection[UUID]) -> frozenset[UUID]:
        """These and everything below them."""
        return frozenset(key for key, place in self._places.items() if set(place) & set(organisations))

    def of(self, laboratory: UUID) -> House:
        """The laboratory's own organisation as a whole: its group or trust with all below it. A network joins several
        care providers, so that what stands below the same network belongs to others."""
        place = [key for key in self._places[laboratory] if key not in self._networks]
        return House(laboratory, self.below(place[-1:]), frozenset(self._places))
