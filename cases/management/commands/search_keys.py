"""`manage.py search_keys`: makes the keys of the search equal to what they are derived from, or says how far they are.

The actions keep them equal. It is for the first start of a release that brought new keys, and after rows were written
past the actions.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cases.access.lock import lock_rows
from cases.models import Case, Patient
from core.search.keep import STEP, differences, refresh


class Command(BaseCommand):
    """Walks through all patients and cases, STEP at a time, each step in its own transaction."""

    help = "Make the keys of the search equal to what they are derived from."

    def add_arguments(self, parser: CommandParser) -> None:
        """--check changes nothing."""
        parser.add_argument("--check", action="store_true", help="only count, and end with 1 where they differ")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints how many keys were put right; CommandError where --check finds any."""
        found = 0
        for kind, ids in _steps():
            with transaction.atomic():
                if options["check"]:
                    found += differences(kind, ids)
                else:
                    if kind == "case":
                        lock_rows(ids)
                    found += refresh(kind, ids)
        if options["check"] and found:
            raise CommandError(f"{found} keys of the search are missing or left over: run manage.py search_keys")
        self.stdout.write(f"{found} keys of the search {'differ' if options['check'] else 'were put right'}")


def _steps() -> Iterator[tuple[str, list[UUID]]]:
    for kind, model in (("patient", Patient), ("case", Case)):
        keys = model._default_manager.order_by("pk").values_list("pk", flat=True)
        some = list(keys[:STEP])
        while some:
            yield kind, some
            some = list(keys.filter(pk__gt=some[-1])[:STEP])
