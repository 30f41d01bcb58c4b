"""Load the rules for sharing that ship with this release; run it after every `migrate`. It changes nothing twice."""

from typing import Any

from django.core.management.base import BaseCommand

from cases.basis.actions.rule import load_presets
from core.actor import Door, system


class Command(BaseCommand):
    help = "Load the shipped rules for the legal basis of sharing (idempotent)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was made."""
        made = load_presets(actor=system("legal_presets", Door.COMMAND))
        for rule in made:
            self.stdout.write(f"{rule}, as of {rule.as_of}: confirm locally")
        if not made:
            self.stdout.write("All presets are there.")
