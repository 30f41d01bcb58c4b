"""Takes away audit entries that every organisation they belong to has kept for as long as it set. Owner's role."""

from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import BaseCommand
from django.db import connection

from accounts.models import Organisation
from core.actor import Door, system
from core.audit.seal.retire import LEAST_MONTHS, retire


class Command(BaseCommand):
    help = "Retire audit entries after the months their organisation keeps them; the rest stays verifiable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """No arguments: how long is each organisation's own setting."""

    def handle(self, *args: object, **options: object) -> None:
        """Each organisation, then what belongs to none, which is kept as long as the law asks."""
        actor = system("retire_audit", Door.COMMAND)
        kept = {each.pk: (each.name, before(each.audit_months)) for each in Organisation.objects.order_by("name")}
        for key, (name, since) in kept.items():
            longer = {other: theirs for other, (_name, theirs) in kept.items() if theirs < since}
            self._say(name, since, retire(actor, key, name, since, longer))
        since = before(LEAST_MONTHS)
        self._say("No organisation", since, retire(actor, None, "", since, {}))

    def _say(self, name: str, since: datetime, gone: int) -> None:
        if gone:
            self.stdout.write(f"{name}: {gone} entries before {since:%Y-%m-%d} retired.")


def before(months: int) -> datetime:
    """So many months ago, by the calendar of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_now() - make_interval(months => %s)", [months])
        found: datetime = cursor.fetchone()[0]
    return found
