"""Add an organisation, and keep its own particulars right."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy
from accounts.actions.work import languages
from accounts.hooks import OrganisationMoved, run_organisation_moved
from accounts.models import Organisation
from accounts.models.organisation import Kind, StaffNames
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.audit.seal.retire import LEAST_MONTHS
from core.errors import Forbidden, Invalid
from core.letters import written

ADDED = names.register("organisation.added", gettext_lazy("Organisation added"))
EDITED = names.register("organisation.edited", gettext_lazy("Organisation edited"))
MOST_MONTHS = 1_200


@dataclass(frozen=True, slots=True)
class OrganisationFields:
    """`country` is ISO 3166-1 alpha-2, `time_zone` an IANA name, `language` one of the settings' languages.

    `languages` are two-letter codes. `parent` is the organisation that this one belongs to, None where it stands alone.
    """

    name: str
    short_name: str
    country: str
    time_zone: str = "UTC"
    language: str = "en-gb"
    address: str = ""
    accreditation: str = ""
    kind: str = Kind.LAB
    parent: UUID | None = None
    audit_months: int = LEAST_MONTHS
    staff_names: str = StaffNames.NAMES
    languages: Collection[str] = ()

    def columns(self) -> dict[str, Any]:
        """The values by column."""
        found = asdict(self)
        found |= {name: written(found[name]) for name in ("name", "short_name", "address", "accreditation")}
        return found | {"parent_id": found.pop("parent"), "languages": sorted(set(self.languages))}


def add_organisation(*, actor: Actor, fields: OrganisationFields) -> Organisation:
    """Make an organisation. For the system and the platform administrator; Forbidden for everybody else."""
    if not actor.is_system and not policy.is_platform_admin(actor):
        raise Forbidden(_("Organisations are added by whoever runs this installation."))
    with transaction.atomic():
        _check_place(fields, None)
        _check(fields, None)
        organisation = Organisation.objects.create(**fields.columns())
        record(actor, ADDED, object_kind="organisation", object_id=organisation.pk)
    return organisation


def edit_organisation(*, actor: Actor, organisation_id: UUID, fields: OrganisationFields) -> Organisation:
    """Write what differs. A laboratory's administrator edits the own one, and not its kind, country or network.

    Raises Hidden for another organisation and Invalid for a name that is taken or a value that does not exist.
    """
    with transaction.atomic():
        found = policy.lock_organisation(actor, organisation_id)
        wanted = fields.columns()
        if not actor.is_system and not policy.is_platform_admin(actor):
            wanted |= {"kind": found.kind, "country": found.country, "parent_id": found.parent_id}
        else:
            _check_place(fields, found)
        _check(fields, found)
        changed = [name for name, value in wanted.items() if getattr(found, name) != value]
        for name in changed:
            setattr(found, name, wanted[name])
        if changed:
            found.save(update_fields=changed)
            record(actor, EDITED, object_kind="organisation", object_id=found.pk, facts={"fields": changed})
        if {"country", "kind", "parent_id"} & set(changed):
            run_organisation_moved(OrganisationMoved(found.pk, actor))
    return found


def _check_place(fields: OrganisationFields, own: Organisation | None) -> None:
    """Laboratories belong to groups or networks, groups to networks. The organisations above and below are locked."""
    if fields.kind not in Kind.values:
        words = _("Choose from the list.")
        raise Invalid(words, fields={"kind": words})
    kind = Kind(fields.kind)
    if fields.parent is not None:
        parent = Organisation.objects.select_for_update(no_key=True).filter(pk=fields.parent).first()
        if parent is None or not kind.may_belong_to(Kind(parent.kind)):
            words = _("A laboratory belongs to a group or a network, a group to a network.")
            raise Invalid(words, fields={"parent": words})
        if not parent.is_active and (own is None or own.parent_id != parent.pk):
            words = _("%(name)s is closed.") % {"name": parent.name}
            raise Invalid(words, fields={"parent": words})
    for child in own.children.select_for_update(no_key=True) if own else ():
        if not Kind(child.kind).may_belong_to(kind):
            words = _("%(name)s belongs to this organisation, and cannot belong to one of that kind.")
            raise Invalid(words % {"name": child.name}, fields={"kind": words % {"name": child.name}})


def _check(fields: OrganisationFields, own: Organisation | None) -> None:
    wrong = {name: _("This is needed.") for name in ("name", "short_name") if not getattr(fields, name).strip()}
    if len(fields.country) != 2 or not fields.country.isalpha() or not fields.country.isupper():
        wrong["country"] = _("Give the country as two capital letters, for example NL.")
    if fields.time_zone not in available_timezones():
        wrong["time_zone"] = _("Give the time zone by its name, for example Europe/Brussels.")
    if fields.language not in {*dict(settings.LANGUAGES), *(code[:2] for code, _name in settings.LANGUAGES)}:
        wrong["language"] = _("Choose from the list.")
    if not set(fields.languages) <= set(languages()):
        wrong["languages"] = _("Choose from the list.")
    if not LEAST_MONTHS <= fields.audit_months <= MOST_MONTHS:
        wrong["audit_months"] = _("Give a number of months from %(least)d to %(most)d.") % {
            "least": LEAST_MONTHS,
            "most": MOST_MONTHS,
        }
    if fields.staff_names not in StaffNames.values:
        wrong["staff_names"] = _("Choose from the list.")
    others = Organisation.objects.filter(name=fields.name)
    if (others.exclude(pk=own.pk) if own else others).exists():
        wrong["name"] = _("Another organisation has this name.")
    if wrong:
        raise Invalid(_("Some of this cannot be used."), fields=wrong)
