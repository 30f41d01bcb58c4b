"""Whether the record is kept as it should be: sealed within minutes, and with a table for every coming month."""

from dataclasses import dataclass
from datetime import timedelta

from core import clock
from core.audit.models import AuditSeal
from core.audit.partitions import Months, months
from core.audit.seal.sealer import floor, unsealed

STILL = timedelta(minutes=5)  # the sealer comes every minute; a request or a job may run for one or two


@dataclass(frozen=True, slots=True)
class State:
    """`is_sealing` is False where a row has waited for its seal longer than STILL."""

    is_sealing: bool
    months: Months

    @property
    def is_well(self) -> bool:
        """Nothing to do for whoever runs the installation."""
        return self.is_sealing and self.months.is_well


def state() -> State:
    """What there is now. Five queries, each by an index."""
    return State(not _waits(), months())


def _waits() -> bool:
    """Whether a row waits that is older than STILL."""
    last = AuditSeal.objects.order_by("-number").first()
    rows = unsealed().order_by().filter(at__lt=clock.now() - STILL)
    if last is not None and int(last.below) <= floor():  # else restored in another place: see the sealer
        rows = rows.filter(written_by__gte=int(last.below))
    return rows.exists()
