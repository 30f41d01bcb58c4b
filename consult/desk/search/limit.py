"""How often one person may search: enough for work, too little for reading a register out."""

import logging
import time
from uuid import UUID

from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from consult.desk.audit_names import LIMITED
from core.actor import Actor
from core.audit.models import Outcome
from core.audit.record import record
from core.errors import TooMany

LIMITS = ((60, 120), (3_600, 1_500))  # seconds, searches; a name typed into the palette is three or four of them
log = logging.getLogger(__name__)


def count(actor: Actor) -> None:
    """Count a search. Raises TooMany where there were too many; the first refusal of each window is in the record.

    Where the counters cannot be reached everybody may read on: the record still has each search.
    """
    try:
        for seconds, most in LIMITS:
            _count(actor, actor.who(), seconds, most)
    except RedisError:
        log.warning("searches are not counted: no answer from the cache")


def _count(actor: Actor, person: UUID, seconds: int, most: int) -> None:
    window, into = divmod(int(time.time()), seconds)
    key = f"search:{person}:{seconds}:{window}"
    cache.add(key, 0, timeout=seconds)
    made = cache.incr(key)
    if made <= most:
        return
    if made == most + 1:
        facts: dict[str, object] = {"seconds": seconds, "searches": most}
        record(actor, LIMITED, outcome=Outcome.DENIED, reason="too-many", facts=facts)
        log.warning("too many searches", extra={"person": str(person), "seconds": seconds})
    raise TooMany(_("You searched very often in a short time. Wait a moment, then go on."), after=seconds - into)
