"""Holds the record against its seals, and the seals against the copies kept elsewhere; says what does not fit.

Rows that were retired after their time are missing rightly, where retirements.py finds their retirement sound.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from core import clock
from core.audit.models import AuditEvent, AuditLeaf, AuditSeal
from core.audit.seal import tree
from core.audit.seal.checkpoint import NotSigned, read
from core.audit.seal.faults import WAITING, Fault
from core.audit.seal.retirements import Retirements
from core.audit.seal.sealer import NOTHING, seal_hash, unsealed

LATE = timedelta(hours=1)  # no transaction of the application runs longer
AT_ONCE = 2_000  # rows read at a time


def verify(anchored: Iterable[str] = (), *, copied: Collection[int] = ()) -> Iterator[Fault]:
    """Every fault of the record, the seals first. `anchored` are checkpoints that were kept outside, oldest first;
    `copied` are the seals of which this installation says that it had copied them there before it was read."""
    seals = list(AuditSeal.objects.order_by("number"))
    yield from _chain(seals)
    yield from _anchors(anchored, {seal.number: seal for seal in seals}, copied)
    retired = Retirements({seal.number: seal for seal in seals})
    yield from retired.faults
    before: datetime | None = None
    for seal in seals:
        yield from _rows(seal, before, retired)
        before = seal.at
    yield from _loose(seals)
    yield from _strays()
    yield from _doubles()


def _chain(seals: list[AuditSeal]) -> Iterator[Fault]:
    """Whether the seals follow each other without a gap, and each is signed as it stands."""
    previous, total = NOTHING, 0
    for expected, seal in enumerate(seals, start=1):
        total += seal.count
        if seal.number != expected:
            yield Fault("seal_missing", f"Seal {expected} is missing; seal {seal.number} comes in its place.")
            return
        if seal.previous != previous or seal.total != total:
            yield Fault("chain_broken", f"Seal {seal.number} does not follow the one before it.")
        if seal_hash(seal) != seal.hash:
            yield Fault("seal_changed", f"Seal {seal.number} is not what was hashed.")
        try:
            signed = read(seal.checkpoint)  # whatever this installation was called then
            if (signed.number, signed.total, signed.hash) != (seal.number, seal.total, seal.hash):
                yield Fault("seal_changed", f"Seal {seal.number} is not what was signed.")
        except NotSigned as error:
            yield Fault("not_signed", f"Seal {seal.number}: {error}.")
        previous = seal.hash


def _anchors(notes: Iterable[str], seals: dict[int, AuditSeal], copied: Collection[int]) -> Iterator[Fault]:
    """Whether every seal that was copied elsewhere is still here, and the same, and its copy still there."""
    found = set()
    for position, note in enumerate(notes, start=1):
        try:
            kept = read(note)
        except NotSigned as error:
            yield Fault("anchor_unreadable", f"Copy {position} kept outside: {error}.")
            continue
        found.add(kept.number)
        here = seals.get(kept.number)
        if here is None:
            yield Fault("tail_missing", f"Seal {kept.number} was copied outside and is not here any more.")
        elif here.hash != kept.hash:
            yield Fault("rewritten", f"Seal {kept.number} is another one than the copy kept outside.")
    if copied and not found:
        yield Fault("copy_missing", f"{len(copied)} seals were copied outside, and no copy is there.")
    for number in sorted(each for each in copied if found and each > min(found) and each not in found):
        yield Fault("copy_missing", f"Seal {number} was copied outside, and its copy is not there any more.")


def _rows(seal: AuditSeal, before: datetime | None, retired: Retirements) -> Iterator[Fault]:
    """Whether a seal's rows are there, unchanged and in their order; `before` is when the seal before it was made."""
    leaves = list(AuditLeaf.objects.filter(seal=seal.number).order_by("position"))
    whole = [leaf.position for leaf in leaves] == list(range(seal.count))
    if not whole or tree.root([leaf.hash for leaf in leaves]) != seal.root:
        yield Fault("leaves_changed", f"The list of rows under seal {seal.number} is not what was sealed.")
    for start in range(0, len(leaves), AT_ONCE):
        some = leaves[start : start + AT_ONCE]
        events = _events([leaf.event for leaf in some], seal, before)
        gone = retired.of([leaf.event for leaf in some])
        for leaf in some:
            event = events.get(leaf.event)
            if event is None:
                if leaf.event not in gone:
                    yield Fault("row_missing", f"Row {leaf.event} under seal {seal.number} is not there.")
            elif tree.leaf(event, seal.scheme) != leaf.hash:
                yield Fault("row_changed", f"Row {leaf.event} under seal {seal.number} was changed.")
            elif before is not None and event.at < before - LATE:
                yield Fault(
                    "back_dated", f"Row {leaf.event} says a time long before seal {seal.number}, which holds it."
                )
            elif event.at > seal.at + LATE:
                yield Fault(
                    "post_dated", f"Row {leaf.event} says a time long after seal {seal.number}, which holds it."
                )


def _events(keys: list[UUID], seal: AuditSeal, before: datetime | None) -> dict[UUID, AuditEvent]:
    """These rows, looked for where their seal says they lie, and everywhere what is not found there."""
    since = (before or seal.at) - LATE
    found = AuditEvent.objects.filter(at__gte=since, at__lte=seal.at).in_bulk(keys)
    rest = [key for key in keys if key not in found]
    return found | AuditEvent.objects.in_bulk(rest) if rest else found


def _loose(seals: Collection[AuditSeal]) -> Iterator[Fault]:
    """Leaves under seals that are not there: what they name would never be looked at."""
    leaves = AuditLeaf.objects.exclude(seal__gte=1, seal__lte=len(seals))
    for leaf in leaves.order_by("seal", "position").iterator(AT_ONCE):
        yield Fault("leaf_without_seal", f"Row {leaf.event} is listed under seal {leaf.seal}, which is not there.")


def _doubles() -> Iterator[Fault]:
    """Keys that two rows have: the database's own key holds the time as well."""
    keys = AuditEvent.objects.values("pk").annotate(rows=Count("at")).filter(rows__gt=1).values_list("pk", flat=True)
    for key in keys.order_by():
        yield Fault("doubled", f"Row {key} is there twice.")


def _strays() -> Iterator[Fault]:
    """Rows that no seal holds although they say that they are old, or that say a time to come."""
    now = clock.now()
    for event in unsealed().filter(Q(at__lt=now - WAITING) | Q(at__gt=now + LATE)).iterator(AT_ONCE):
        yield Fault("not_sealed", f"Row {event.pk} of {event.at:%Y-%m-%d %H:%M} UTC has no seal.")
