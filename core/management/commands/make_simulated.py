"""Makes a new, empty database a simulated one, for good: its clock can be moved. Never for real patients."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

SIMULATED = """
CREATE OR REPLACE FUNCTION core_is_simulated() RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OR REPLACE FUNCTION core_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('consilium.now', true), '')::timestamptz, statement_timestamp()) $$;
"""


class Command(BaseCommand):
    help = "Make this empty database a simulated one (demo and tests only). Run as the owner role, after migrate."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """No arguments: there is nothing to choose."""

    def handle(self, *args: object, **options: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM audit_auditevent)")
            if cursor.fetchone()[0]:
                raise CommandError("This database has been used: its clock stays real.")
            cursor.execute(SIMULATED)
