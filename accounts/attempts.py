"""Attempts to be somebody that failed: counted for each person, told to them, and on record, where the person and the
privacy officer of their laboratory read of it (accounts.policy).

What stops the guessing are allauth's limits (five failures for one account in five minutes, ten a minute from one
address); this makes that the person whose account it is hears of it.
"""

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import actors, sessions
from accounts.models import User
from accounts.notices import tell
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.models import Outcome
from core.audit.record import record

HELD_BACK = names.register("session.held_back", _("Several failed attempts to be this person"))
MANY = 5  # as many as allauth lets through
WINDOW = 15 * 60  # seconds


def by_nobody(request: HttpRequest | None, person: User | None) -> Actor:
    """Nobody yet, at the door of the organisation that a session of this person would begin under."""
    memberships = actors.memberships_of(person) if person else []
    at = actors.choose(memberships, str(sessions.worked_under(person))) if person and memberships else None
    return Actor(
        person=None,
        name="",
        organisation=at.organisation_id if at else None,
        organisation_name=at.organisation.name if at else "",
        address=actors.client_address(request) if request else "",
    )


def failed(person: User, by: Actor) -> None:
    """One more. At the fifth within 15 minutes the person gets a mail, at most one each hour, and the audit a row."""
    key = f"failed-attempts:{person.pk}"
    cache.add(key, 0, WINDOW)
    try:
        count = cache.incr(key)
    except ValueError:  # it ran out in between
        return
    if count != MANY:
        return
    with transaction.atomic():
        record(by, HELD_BACK, outcome=Outcome.DENIED, object_kind="person", object_id=person.pk)
        tell(person.pk, "attempts", occasion=f"{clock.now():%Y-%m-%dT%H}")
