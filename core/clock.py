"""The one source of time. `now()` in Python and `core_now()` in SQL agree, because both ask the database.

In production the database's clock decides. Only a database that its owner has made simulated
(`manage.py make_simulated`, before anybody uses it) lets `travel()` move the clock, for this connection.
The SQL side is in core/migrations; core.checks refuses a simulated database in production.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import cast

from django.db import connection


class NotSimulated(Exception):
    """Somebody tried to move the clock of a database whose time is real."""


def now() -> datetime:
    """The current time, aware, in UTC: the start of this statement by the database's clock. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_now()")
        return cast(datetime, cursor.fetchone()[0])


def is_simulated() -> bool:
    """Whether this database's clock may be moved. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_is_simulated()")
        return bool(cursor.fetchone()[0])


def set_to(moment: datetime | None) -> None:
    """Stand still at `moment` on this connection, or (None) run with the database's clock again.

    Raises NotSimulated where the database is not a simulated one.
    """
    if moment is not None and not is_simulated():
        raise NotSimulated("This database's clock is real and cannot be moved.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('consilium.now', %s, false)", [moment.isoformat() if moment else ""])


@contextmanager
def travel(moment: datetime) -> Iterator[None]:
    """Within it time stands still at `moment`, on this connection of a simulated database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('consilium.now', true), '')")
        before = cursor.fetchone()[0]
    set_to(moment)
    try:
        yield
    finally:
        set_to(datetime.fromisoformat(before) if before else None)
