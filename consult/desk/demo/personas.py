"""Whom a visitor can be with one click: the label is also the origin (asker.localhost)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from consult.desk.demo.world import Person, people

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Persona:
    """One person of the world, with what to try as them. `label` is a host name of one word."""

    label: str
    person_id: str
    what_to_try: "StrOrPromise"

    @property
    def person(self) -> Person:
        """Who it is."""
        return people()[self.person_id]

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return self.person.email


PERSONAS = (
    Persona("asker", "gwhitlow", _("Ask an expert about a hard case, and read the opinion that comes back.")),
    Persona("expert", "ksjostrand", _("Open the waiting skin case, look at the slide and sign an opinion.")),
    Persona("colleague", "cdelmarque", _("See the same system as an expert in France, with requests of her own.")),
    Persona("trainee", "dhaverkort", _("Ask for consultations as a trainee; signing is left to others.")),
    Persona("technician", "lkoolmees", _("Enter a case and its slides, and see which slides can be opened.")),
    Persona("coordinator", "mbrandsma", _("See how little a coordinator sees without a reason.")),
    Persona(
        "head",
        "nachterberg",
        _("See cases, slides, shares and grants in the admin site: it takes a pathologist who administers, too."),
    ),
    Persona("admin", "skalmar", _("Invite a colleague and look at the laboratory's people in the admin site.")),
    Persona("platform", "raalders", _("Look after the installation: laboratories, people and jobs, and no patients.")),
    Persona("privacy", "tprior", _("Review emergency access to cases, without seeing a patient.")),
)


def of(person_id: str) -> Persona | None:
    """The persona that this person of the world is, if any."""
    return next((each for each in PERSONAS if each.person_id == person_id), None)


def by_label(label: str) -> Persona | None:
    """The persona of an origin such as asker.localhost."""
    return next((each for each in PERSONAS if each.label == label), None)
