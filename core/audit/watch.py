"""Whether the record is kept as it should be: sealed within minutes, copied where the site wants it, and with a table
for every coming month."""

from dataclasses import dataclass
from datetime import timedelta

from core import clock
from core.audit.models import AuditAnchor, AuditSeal
from core.audit.partitions import Months, months
from core.audit.seal.anchor import is_wanted
from core.audit.seal.sealer import floor, unsealed

STILL = timedelta(minutes=5)  # the sealer comes every minute; a request or a job may run for one or two
UNCOPIED = timedelta(hours=1)  # each minute's seal is copied with the next; a disk or a mail server may be away


@dataclass(frozen=True, slots=True)
class State:
    """`is_sealing` is False where a row has waited for its seal longer than STILL, `is_copied` where copies are wanted
    and the newest is older than a seal that has waited for its own longer than UNCOPIED."""

    is_sealing: bool
    is_copied: bool
    months: Months

    @property
    def is_well(self) -> bool:
        """Nothing to do for whoever runs the installation."""
        return self.is_sealing and self.is_copied and self.months.is_well


def state() -> State:
    """What there is now. Seven queries at most, each by an index."""
    return State(not _waits(), not is_wanted() or not _is_uncopied(), months())


def _waits() -> bool:
    """Whether a row waits that is older than STILL."""
    last = AuditSeal.objects.order_by("-number").first()
    rows = unsealed().order_by().filter(at__lt=clock.now() - STILL)
    if last is not None and int(last.below) <= floor():  # else restored in another place: see the sealer
        rows = rows.filter(written_by__gte=int(last.below))
    return rows.exists()


def _is_uncopied() -> bool:
    """Whether a seal of UNCOPIED ago has no copy, and none after it."""
    copied = AuditAnchor.objects.order_by("-seal").values_list("seal", flat=True).first() or 0
    first = AuditSeal.objects.filter(number__gt=copied).order_by("number").first()
    return first is not None and first.at < clock.now() - UNCOPIED
