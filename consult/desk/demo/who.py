"""Says who there is to be, where, and what to try as each: the end of `make demo`."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from consult.desk.demo.people import PASSWORD
from consult.desk.demo.personas import PERSONAS, Persona
from consult.desk.demo.roles import role_words
from consult.desk.demo.world import laboratories


def origin(persona: Persona) -> str:
    """The persona's own address, such as http://asker.localhost:8000: each keeps a session of its own there."""
    parts = urlsplit(settings.PUBLIC_ORIGIN)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{persona.label}.localhost{port}"


def described(persona: Persona) -> str:
    """Name, roles and laboratory."""
    person = persona.person
    name = " ".join(part for part in (person.title, person.given, person.family) if part)
    roles = role_words(person.roles_at(person.lab), runs_installation=person.platform_admin)
    return f"{name}, {roles}, {laboratories()[person.lab].short}"


def lines() -> Iterator[str]:
    """The whole text, line by line."""
    yield _("Whom you can be, each at an address of their own, so that two can be open side by side:")
    for persona in PERSONAS:
        yield f"  {persona.label:<12} {described(persona)} - {persona.what_to_try}"
    example = origin(PERSONAS[0])
    yield _("The address of %(label)s, for example: %(address)s") % {"label": PERSONAS[0].label, "address": example}
    yield _("Or sign in as anybody at %(address)s, with the password %(password)s") % {
        "address": settings.PUBLIC_ORIGIN,
        "password": PASSWORD,
    }
