"""How often one person may search: enough for work, too little for reading a register out."""

from django.utils.translation import gettext as _

from consult.desk.audit_names import LIMITED
from core.actor import Actor
from core.audit.models import Outcome
from core.audit.record import record
from core.errors import TooMany
from core.limits import passed

LIMITS = ((60, 120), (3_600, 1_500))  # seconds, searches; a name typed into the palette is three or four of them


def count(actor: Actor) -> None:
    """Count a search. Raises TooMany where there were too many; the first refusal of each window is in the record.

    Where the counters cannot be reached everybody may read on: the record still has each search.
    """
    over = passed(f"search:{actor.who()}", LIMITS)
    if over is None:
        return
    if over.is_first:
        facts: dict[str, object] = {"seconds": over.seconds, "searches": over.most}
        record(actor, LIMITED, outcome=Outcome.DENIED, reason="too-many", facts=facts)
    raise TooMany(_("You searched very often in a short time. Wait a moment, then go on."), after=over.after)
