"""Add an organisation, and keep its own particulars right."""

from dataclasses import asdict, dataclass
from uuid import UUID
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy
from accounts.models import Organisation
from accounts.models.organisation import Kind
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Forbidden, Hidden, Invalid

ADDED = names.register("organisation.added", gettext_lazy("Organisation added"))
EDITED = names.register("organisation.edited", gettext_lazy("Organisation edited"))


@dataclass(frozen=True, slots=True)
class OrganisationFields:
    """`country` is ISO 3166-1 alpha-2, `time_zone` an IANA name, `language` one of the settings' languages."""

    name: str
    short_name: str
    country: str
    time_zone: str = "UTC"
    language: str = "en-gb"
    address: str = ""
    accreditation: str = ""
    kind: str = Kind.LAB


def add_organisation(*, actor: Actor, fields: OrganisationFields) -> Organisation:
    """Make an organisation. For the system and the platform administrator; Forbidden for everybody else."""
    if actor.is_person and not policy.is_platform_admin(actor):
        raise Forbidden(_("Organisations are added by whoever runs this installation."))
    with transaction.atomic():
        _check(fields, None)
        organisation = Organisation.objects.create(**asdict(fields))
        record(actor, ADDED, object_kind="organisation", object_id=organisation.pk)
    return organisation


def edit_organisation(*, actor: Actor, organisation_id: UUID, fields: OrganisationFields) -> Organisation:
    """Write what differs. A laboratory's administrator edits the own one, and not its kind or country.

    Raises Hidden for another organisation and Invalid for a name that is taken or a value that does not exist.
    """
    with transaction.atomic():
        found = policy.administered(actor).select_for_update(no_key=True).filter(pk=organisation_id).first()
        if found is None:
            raise Hidden(_("This organisation is not there."))
        wanted = asdict(fields)
        if actor.is_person and not policy.is_platform_admin(actor):
            wanted |= {"kind": found.kind, "country": found.country}
        _check(fields, found)
        changed = [name for name, value in wanted.items() if getattr(found, name) != value]
        for name in changed:
            setattr(found, name, wanted[name])
        if changed:
            found.save(update_fields=changed)
            record(actor, EDITED, object_kind="organisation", object_id=found.pk, facts={"fields": changed})
    return found


def _check(fields: OrganisationFields, own: Organisation | None) -> None:
    wrong = {name: _("This is needed.") for name in ("name", "short_name") if not getattr(fields, name).strip()}
    if len(fields.country) != 2 or not fields.country.isalpha() or not fields.country.isupper():
        wrong["country"] = _("Give the country as two capital letters, for example NL.")
    if fields.time_zone not in available_timezones():
        wrong["time_zone"] = _("Give the time zone by its name, for example Europe/Brussels.")
    if fields.language not in {*dict(settings.LANGUAGES), *(code[:2] for code, _name in settings.LANGUAGES)}:
        wrong["language"] = _("Choose from the list.")
    if fields.kind not in Kind.values:
        wrong["kind"] = _("Choose from the list.")
    others = Organisation.objects.filter(name=fields.name)
    if (others.exclude(pk=own.pk) if own else others).exists():
        wrong["name"] = _("Another organisation has this name.")
    if wrong:
        raise Invalid(_("Some of this cannot be used."), fields=wrong)
