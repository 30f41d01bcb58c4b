"""Makes the tables of the record's coming months, and gives rows of a month that had none their table.

Run it as the owner's role after `migrate`, at each deployment; the tick makes the months ahead by itself.
"""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from core.audit import partitions


class Command(BaseCommand):
    help = "Make the audit's tables of the coming months; give entries of a month without one their table."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """No arguments: there is nothing to choose."""

    def handle(self, *args: object, **options: object) -> None:
        moved, made = partitions.sort_default(), partitions.make_ahead()
        self.stdout.write(
            f"{made} months made, {partitions.months().ahead} ahead, {moved} entries given their month's table."
        )
