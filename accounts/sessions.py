"""Sessions: whether one counts, whose it is, and ending them, wherever they are open.

`standing` is the one answer for every door: pages, API, admin site, tiles and streams. The session's data name a row of
SignIn, and the row decides: what happened to it since (ended, idle, too old) holds from the next question on, without
looking for the session's data anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare

from accounts.live import announce_session_ended
from accounts.models import Membership, SignIn, User
from accounts.roles import TWO_FACTORS
from core.audit.models import CoreNow

SIGN_IN = "sign_in"  # in the session's data: the key of its row
SELDOM = timedelta(seconds=30)
KEPT = timedelta(days=30)


class State(StrEnum):
    """OUT: nobody. IDLE: somebody who must show that they are there. WEAK: a second factor is owed. IN: signed in."""

    OUT = "out"
    IDLE = "idle"
    WEAK = "weak"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a session is worth at this moment; `person` and `row` are there unless it is OUT."""

    state: State
    person: User | None = None
    row: SignIn | None = None
    now: datetime | None = None


OUT = Standing(State.OUT)


def standing(session: Mapping[str, Any] | SessionBase) -> Standing:
    """What this session is worth now. One query; a second one where no second factor has been proved."""
    key, person_key = session.get(SIGN_IN), session.get(SESSION_KEY)
    if not key or not person_key:
        return OUT
    rows = SignIn.objects.select_related("person").annotate(now=CoreNow())
    row = rows.filter(pk=key, person=person_key, ended_at=None, person__is_active=True).first()
    if row is None:
        return OUT
    person, now = row.person, row.now
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        return OUT
    if now - row.began_at >= timedelta(seconds=settings.SESSION_COOKIE_AGE):
        return OUT
    if now - row.active_at >= timedelta(seconds=settings.SESSION_IDLE_AFTER):
        return Standing(State.IDLE, person, row, now)
    return Standing(State.WEAK if owes_factor(person, row) else State.IN, person, row, now)


def owes_factor(person: User, row: SignIn) -> bool:
    """Whether what this person is asks for a second factor that this session has not proved."""
    if row.factor or not settings.SECOND_FACTOR_REQUIRED:
        return False
    return person.is_platform_admin or Membership.objects.active().filter(user=person, role__in=TWO_FACTORS).exists()


def read(session_key: str) -> dict[str, Any]:
    """What the session holds now; empty when it is gone or there is no key."""
    store: dict[str, Any] = (
        import_module(settings.SESSION_ENGINE).SessionStore(session_key).load() if session_key else {}
    )
    return store


def person_in(session: Mapping[str, Any]) -> User | None:
    """The person a session's content signs in; None where it does not count, or not at this moment."""
    found = standing(session)
    return found.person if found.state == State.IN else None


def person_of(session_key: str) -> User | None:
    """The person signed in by this session, as of now.

    For doors that Django's own middleware does not stand at: tiles, and streams that stay open.
    """
    return person_in(read(session_key))


def begin(
    person: User,
    *,
    factor: str,
    address: str,
    agent: str,
    organisation: UUID | None = None,
    membership: UUID | None = None,
) -> SignIn:
    """The row of a new session under this membership, opened by this organisation's identity provider or by none.

    What is older than 30 days is forgotten.
    """
    SignIn.objects.filter(person=person, began_at__lt=CoreNow() - KEPT).delete()
    return SignIn.objects.create(
        person=person,
        factor=factor,
        address=address,
        agent=agent[:200],
        organisation_id=organisation,
        membership_id=membership,
    )


def switched(row: SignIn, membership: UUID) -> None:
    """The session goes on under this membership."""
    SignIn.objects.filter(pk=row.pk, ended_at=None).update(membership=membership)


def worked_under(person: User) -> UUID | None:
    """The membership of the session that began last, whether that one still counts or not."""
    row: SignIn | None = SignIn.objects.filter(person=person).order_by("-began_at").first()
    return row.membership_id if row else None


def at_work(found: Standing) -> None:
    """Somebody did something in this session; written at most twice a minute, and never again after its end.

    Nor while it is idle: what was asked for just before the page was hidden does not open it again.
    """
    if found.row is not None and found.now is not None and found.now - found.row.active_at >= SELDOM:
        idle = timedelta(seconds=settings.SESSION_IDLE_AFTER)
        awake = SignIn.objects.filter(pk=found.row.pk, ended_at=None, active_at__gt=CoreNow() - idle)
        awake.update(active_at=CoreNow())


def pause(row: SignIn) -> None:
    """Nobody is at work here any more: the browser has hidden the page, so the server hides it too."""
    idle = timedelta(seconds=settings.SESSION_IDLE_AFTER)
    SignIn.objects.filter(pk=row.pk, ended_at=None).update(active_at=CoreNow() - idle)


def resume(row: SignIn) -> None:
    """The person of an idle session has shown that they are there."""
    SignIn.objects.filter(pk=row.pk, ended_at=None).update(active_at=CoreNow())


def proved(row_key: UUID | str, factor: str) -> None:
    """This session has proved a second factor of this kind."""
    SignIn.objects.filter(pk=row_key, ended_at=None).update(factor=factor)


def unproved(person: User, *, keep: UUID | str | None) -> None:
    """The person has no second factor any more: the session at hand (`keep`) owes a new one, the others end."""
    end(person, but=UUID(str(keep)) if keep else None)
    SignIn.objects.filter(person=person, ended_at=None).update(factor="")


def open_of(person: User) -> list[SignIn]:
    """The sessions that count, or would again after proving who one is; the newest first."""
    age = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    rows = SignIn.objects.select_related("organisation").filter(person=person, ended_at=None)
    return list(rows.filter(began_at__gt=CoreNow() - age).order_by("-began_at"))


def end(person: User, *, only: UUID | None = None, but: UUID | None = None) -> int:
    """End this session (`only`), or every one (`but` this one); how many. The open streams hear of it on commit."""
    rows = SignIn.objects.filter(person=person, ended_at=None)
    if only is not None:
        rows = rows.filter(pk=only)
    if but is not None:
        rows = rows.exclude(pk=but)
    ended = rows.update(ended_at=CoreNow())
    transaction.on_commit(lambda: announce_session_ended(person.pk))
    return ended


def end_opened_by(organisation: UUID) -> None:
    """End the sessions that this organisation's identity provider opened. The open streams hear of it on commit."""
    rows = SignIn.objects.filter(organisation=organisation, ended_at=None)
    people = set(rows.values_list("person", flat=True))
    rows.update(ended_at=CoreNow())
    for each in people:
        transaction.on_commit(partial(announce_session_ended, each))


def end_all(user: User) -> None:
    """Make every session of this person worthless, and tell the open streams after the commit.

    A session carries a hash of `session_epoch` as well, so that not even a session without a row would be left.
    """
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    end(user)
