"""Help the last administrator, who has lost their second factor and whom nobody else administers."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions.remove_factors import KNOWN_BY, REASONS, remove_factors
from accounts.models import User
from core.actor import Door, system
from core.errors import Refusal


class Command(BaseCommand):
    """manage.py remove_factors --email E --reason lost --known-by in_person"""

    help = "Removes a person's second factors and ends their sessions; they are told by mail. It is in the audit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, why, and how you know that it is them."""
        parser.add_argument("--email", required=True)
        parser.add_argument("--reason", required=True, choices=list(dict(REASONS)))
        parser.add_argument("--known-by", required=True, choices=list(dict(KNOWN_BY)))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, or say why not."""
        person = User.objects.filter(email__iexact=options["email"]).first()
        if person is None:
            raise CommandError("Nobody has this address.")
        actor = system("remove_factors", Door.COMMAND)
        try:
            remove_factors(actor=actor, person_id=person.pk, reason=options["reason"], known_by=options["known_by"])
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"Done. {person.printed_name} signs in with the password and sets up a new second factor.")
