"""The months of the record: one table each, made ahead, so that no row ever waits for one.

The tables are made by functions of the database (migrations/0005): the application may have the months ahead made, by
`audit_partitions_ahead`, and can itself make, alter or drop nothing.
"""

from dataclasses import dataclass

from django.db import connection, transaction

FEW = 3  # months ahead; the tick makes six, so fewer means that it has not run for months


@dataclass(frozen=True, slots=True)
class Months:
    """How many months after this one have a table, and whether rows lie in the default because theirs had none."""

    ahead: int
    is_default_used: bool

    @property
    def is_well(self) -> bool:
        """Nothing to do for whoever runs the installation."""
        return self.ahead >= FEW and not self.is_default_used


def months() -> Months:
    """What there is. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_auditevent'::regclass"
            " AND inhrelid::regclass::text > 'audit_auditevent_' || to_char(core_now() AT TIME ZONE 'UTC', 'YYYY_MM')"
            " AND inhrelid::regclass::text <> 'audit_auditevent_default'"
        )
        ahead = int(cursor.fetchone()[0])
        cursor.execute("SELECT EXISTS (SELECT FROM audit_auditevent_default)")
        return Months(ahead, bool(cursor.fetchone()[0]))


def make_ahead() -> int:
    """Have the tables of the coming months made; how many were. Raises DatabaseError where others hold the lock."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_partitions_ahead()")
        return int(cursor.fetchone()[0])


def sort_default() -> int:
    """Give rows of the default their months; how many lay there. For the owner's role alone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_sort_default()")
        return int(cursor.fetchone()[0])
