"""Sessions: whose one is, and ending all of a person's at once, wherever they are open."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare

from accounts.live import announce_session_ended
from accounts.models import User


def read(session_key: str) -> dict[str, Any]:
    """What the session holds now; empty when it is gone or there is no key."""
    store: dict[str, Any] = (
        import_module(settings.SESSION_ENGINE).SessionStore(session_key).load() if session_key else {}
    )
    return store


def person_in(session: dict[str, Any]) -> User | None:
    """The person a session's content signs in; None when the password changed, sessions were ended or they left."""
    key = session.get(SESSION_KEY)
    user = User.objects.filter(pk=key, is_active=True).first() if key else None
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return user


def person_of(session_key: str) -> User | None:
    """The person signed in by this session, as of now.

    For doors that Django's own middleware does not stand at: tiles, and streams that stay open.
    """
    return person_in(read(session_key))


def end_all(user: User) -> None:
    """Make every session of this person worthless, and tell the open streams after the commit.

    A session carries a hash of `session_epoch`, so nothing has to be searched or deleted: the next page, tile or
    event that is asked for finds nobody signed in.
    """
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    transaction.on_commit(lambda: announce_session_ended(user.pk))
