"""Begin an installation: the first organisation, and an invitation for whoever will run it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.actions.invite import invite
from accounts.actions.organisation import OrganisationFields, add_organisation
from accounts.links import invitation_url
from accounts.models import Organisation
from accounts.roles import Role
from core.actor import Door, system
from core.errors import Refusal


class Command(BaseCommand):
    """manage.py first_administrator --email E --name "Given Family" --organisation NAME --short-name N --country NL"""

    help = (
        "Makes an organisation (or takes the one of this name) and invites a person as its administrator and as the "
        "administrator of the installation. Prints the link, which is also mailed; it works once, for 14 days."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The person and the organisation."""
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True, help="given name first, for example: 'Ada van den Berg'")
        parser.add_argument("--title", default="", help="for example Dr")
        parser.add_argument("--organisation", required=True, help="the organisation's full name")
        parser.add_argument("--short-name", default="", help="as in lists; without it the full name's first 40 letters")
        parser.add_argument("--country", required=True, help="two letters, for example NL")
        parser.add_argument("--time-zone", default="UTC", help="for example Europe/Amsterdam")
        parser.add_argument("--language", default="en-gb", help="en-gb, nl, nl-be, fr, fr-be or sv")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make, invite, print."""
        given, _, family = options["name"].strip().partition(" ")
        if not family:
            raise CommandError("Give --name as given name and family name.")
        actor = system("first_administrator", Door.COMMAND)
        try:
            with transaction.atomic():
                organisation = Organisation.objects.filter(name=options["organisation"]).first()
                organisation = organisation or add_organisation(actor=actor, fields=self._fields(options))
                invitation = invite(
                    actor=actor,
                    organisation_id=organisation.pk,
                    email=options["email"],
                    title=options["title"],
                    given_name=given,
                    family_name=family.strip(),
                    role=Role.LAB_ADMIN,
                    language=options["language"],
                    makes_platform_admin=True,
                )
        except Refusal as refusal:
            raise CommandError(" ".join([refusal.message, *refusal.fields.values()])) from refusal
        self.stdout.write(f"{organisation.name}: {options['email']} is invited. The mail is queued; the same link:")
        self.stdout.write(invitation_url(invitation.pk))

    def _fields(self, options: dict[str, Any]) -> OrganisationFields:
        return OrganisationFields(
            name=options["organisation"],
            short_name=options["short_name"] or options["organisation"][:40],
            country=options["country"],
            time_zone=options["time_zone"],
            language=options["language"],
        )
