"""Writes docs/roles.md again, or says whether it is what the code gives."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from consult.desk.role_table import PAGE, page


class Command(BaseCommand):
    help = "Write docs/roles.md: who may see and do what, read from the code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check writes nothing."""
        parser.add_argument("--check", action="store_true", help="end with 1 if the page is not what the code gives")

    def handle(self, *args: object, check: bool = False, **options: object) -> None:
        """Raises CommandError where --check finds a difference."""
        if not check:
            PAGE.write_text(page(), encoding="utf-8")
        elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page():
            raise CommandError("docs/roles.md is not what the code gives. Write it again: manage.py role_table")
