"""Whether each retirement is what it says, so that a deletion cannot be dressed up as one.

It must be signed, stand in the audit itself, reach back as far as the law asks, and name rows whose seals are older
than its day and whose hashes give its root.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from core import clock
from core.audit.models import AuditEvent, AuditLeaf, AuditRetired, AuditRetirement, AuditSeal
from core.audit.own_names import RETIRED
from core.audit.seal import tree
from core.audit.seal.checkpoint import is_signed
from core.audit.seal.faults import WAITING, Fault
from core.audit.seal.retire import LEAST_MONTHS, claim

# The shortest that so many months can be; a day for the difference between time zones.
LEAST = timedelta(days=LEAST_MONTHS // 12 * 365 - 1)


class Retirements:
    """All retirements, each examined once. `faults` are those of them that do not hold, `count` is of rows."""

    def __init__(self, seals: Mapping[int, AuditSeal]) -> None:
        self.faults: list[Fault] = []
        self.count = 0
        self._sound: set[UUID] = set()
        known = set()
        for each in AuditRetirement.objects.order_by("pk"):
            known.add(each.pk)
            if wrong := _wrong(each, seals):
                self.faults.append(Fault("retirement_unsound", f"Retirement {each.pk}: {wrong}."))
            else:
                self._sound.add(each.pk)
                self.count += each.count
        strays = AuditRetired.objects.exclude(retirement__in=known).count()
        if strays:
            self.faults.append(Fault("retirement_unsound", f"{strays} rows are marked retired without a retirement."))

    def of(self, events: Collection[UUID]) -> set[UUID]:
        """Those of these rows that a sound retirement took away."""
        rows = AuditRetired.objects.filter(event__in=events).values_list("event", "retirement")
        return {event for event, retirement in rows if retirement in self._sound}


def _wrong(each: AuditRetirement, seals: Mapping[int, AuditSeal]) -> str:
    """What is wrong with it; '' for nothing."""
    said = claim(each)
    if not is_signed(tree.canonical(said), each.signature):
        return "signed by no key that is known here"
    row = AuditEvent.objects.filter(action=RETIRED, object_id=str(each.pk)).first()
    if row is None or row.facts != said:
        return "not in the audit as it is"
    under = AuditLeaf.objects.filter(event=row.pk).values_list("seal", flat=True).first()
    seal = seals.get(under) if under is not None else None
    if seal is None and row.at < clock.now() - WAITING:
        return "its own entry has no seal"
    made = min(row.at, seal.at if seal else clock.now())  # an entry can say any time, its seal and the clock cannot
    if made - each.before < LEAST:
        return "it reaches into the time for which every row is kept"
    retired = AuditRetired.objects.filter(retirement=each.pk).values("event")
    leaves = list(AuditLeaf.objects.filter(event__in=retired).order_by("seal", "position"))
    numbers = [leaf.seal for leaf in leaves]
    if len(leaves) != each.count or tree.root([leaf.hash for leaf in leaves]) != each.root:
        return "its rows are other ones than it says"
    if (min(numbers), max(numbers)) != (each.first_seal, each.last_seal):
        return "its seals are other ones than it says"
    if any(number not in seals or seals[number].at >= each.before for number in set(numbers)):
        return "it names rows that were sealed after its day"
    return ""
