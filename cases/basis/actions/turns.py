"""Rules change one at a time, and never while something is being recorded under them."""

from django.db import connection


def alone() -> None:
    """For changing rules: two at once would both be the next version. Waits for everything that is being recorded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('basis_rules'))")


def beside_others() -> None:
    """For recording under the rules as they are: whoever changes them afterwards sees what was recorded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('basis_rules'))")
