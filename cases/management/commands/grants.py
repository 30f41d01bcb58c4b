"""`manage.py grants`: makes access to cases equal to what the workflows state, or says how far it is.

The actions keep it equal, and the worker counts a sixteenth of the cases every hour. It is for after rows were written
past the actions, and for whoever was told that they differ.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cases.access.differences import STEP, differences
from cases.access.grants import reconcile
from cases.models import Case
from core.actor import Door, system


class Command(BaseCommand):
    """Walks through all cases, STEP at a time, each step in its own transaction."""

    help = "Make access to cases equal to what the workflows state."

    def add_arguments(self, parser: CommandParser) -> None:
        """--check changes nothing."""
        parser.add_argument("--check", action="store_true", help="only count, and end with 1 where they differ")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints how many rows were put right; CommandError where --check finds any."""
        found, keys = 0, Case.objects.order_by("pk").values_list("pk", flat=True)
        some = list(keys[:STEP])
        while some:
            with transaction.atomic():
                wrong = differences(some)
                found += wrong
                if wrong and not options["check"]:
                    reconcile(some, actor=system("grants", Door.COMMAND))
            some = list(keys.filter(pk__gt=some[-1])[:STEP])
        if options["check"] and found:
            raise CommandError(f"{found} rows of access are not what the workflows state: run manage.py grants")
        self.stdout.write(f"{found} rows of access {'differ' if options['check'] else 'were put right'}")
