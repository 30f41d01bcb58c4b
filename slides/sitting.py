"""A sitting: one session, under one membership, at one slide, from its first look until it is closed or left alone.

However many tiles are fetched in it, and whoever tells of it first, the tile process or the viewer, it leaves one row
of opening for each share that opens it, or one of refusal, in the record. The record itself says how a sitting stands:
its last row about the slide within half an hour. The cache only spares the tiles that question, as long as they are
asked for at least every half hour. Where the cache does not answer, or forgot, a long sitting leaves a row each half
hour: never fewer than with it.

An act outside any session, as of a command, belongs to no sitting.
"""

import contextlib
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Q
from redis.exceptions import RedisError

from cases.audit_names import SLIDE_CLOSED, SLIDE_OPENED
from core.actor import Actor
from core.audit.models import AuditEvent, CoreNow, Outcome
from core.errors import Hidden
from core.web.refusals import DENIED

LEFT_ALONE = timedelta(minutes=30)
SITTING_LOCKS = 7303  # a class of advisory locks of our own, beside that of the files
_SECONDS = int(LEFT_ALONE.total_seconds())


def goes_on(actor: Actor, slide_id: UUID, action: str, share: UUID | None = None) -> bool:
    """Whether it is known without asking the record that the sitting stands at this action, under this share where one
    opens the slide; lets it go on if so.

    False where the cache does not answer: the record knows.
    """
    try:
        stands = cache.get(_key(actor, slide_id)) == (action, share)
        return stands and bool(cache.touch(_key(actor, slide_id), _SECONDS))
    except RedisError:
        return False


def last_row(actor: Actor, slide_id: UUID) -> AuditEvent | None:
    """The last row about the slide of this sitting: opened, closed or refused; None where a new one begins.

    In a transaction. Who asks at the same moment, in another process too, waits until it ends. Two queries.
    """
    if not actor.session:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [SITTING_LOCKS, _key(actor, slide_id)])
    looked = Q(action__in=(SLIDE_OPENED, SLIDE_CLOSED), outcome=Outcome.SUCCESS)
    mine = AuditEvent.objects.filter(person=actor.person, session=actor.session, membership=actor.membership)
    about = mine.filter(looked | Q(action=DENIED, reason=Hidden.code), object_id=str(slide_id))
    row: AuditEvent | None = about.filter(at__gt=CoreNow() - LEFT_ALONE).order_by("-at", "-pk").first()
    return row


def keep(actor: Actor, slide_id: UUID, action: str, share: UUID | None = None) -> None:
    """Once the transaction has committed, and no sooner, `goes_on` may say that the row of this action is there."""
    transaction.on_commit(partial(_keep, actor, slide_id, (action, share)))


def _keep(actor: Actor, slide_id: UUID, stands: tuple[str, UUID | None]) -> None:
    with contextlib.suppress(RedisError):
        if actor.session:
            cache.set(_key(actor, slide_id), stands, timeout=_SECONDS)


def _key(actor: Actor, slide_id: UUID) -> str:
    return f"sitting:{actor.session}:{actor.membership}:{slide_id}"
