"""Change what was on the screen while it still stands there, so that of two who edit at once neither loses anything.

What stands is told by a fingerprint of what may be edited, the same in a form and in an ETag: whoever changed it, and
by whichever door, it is another one afterwards. The actions themselves write.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import policy
from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.actions.edit_person import edit_person
from accounts.actions.organisation import OrganisationFields, edit_organisation
from accounts.models import Membership, Organisation, User
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid

PARTICULARS = (
    "name",
    "short_name",
    "address",
    "accreditation",
    "language",
    "languages",
    "time_zone",
    "staff_names",
    "audit_months",
)
PLACE = ("kind", "country", "parent_id")
LAST_OF_ALL = date(2999, 12, 31)  # what lies after it is a slip of the finger


def membership_version(membership: Membership) -> str:
    """Of role, registration, end and subspecialties."""
    return _print(_of_membership(membership) | {"until": membership.valid_until})


def person_version(person: User) -> str:
    """Of the printed name and the address."""
    return _print(_of_person(person))


def organisation_version(organisation: Organisation) -> str:
    """Of its particulars, and of its kind and place."""
    return _print({name: getattr(organisation, name) for name in (*PARTICULARS, *PLACE)})


def change_seen_membership(
    *,
    actor: Actor,
    membership_id: UUID,
    version: str,
    role: str,
    registration_number: str,
    registration_body: str,
    last_day: date | None,
    organ_systems: Collection[str],
    open_work_seen: bool,
) -> Membership:
    """change_membership, where it is as `version` says; the last day is one of the laboratory's own time zone.

    Raises Conflict where somebody was faster, Invalid for a last day that has passed, and what change_membership does.
    """
    with transaction.atomic():
        membership = policy.lock_membership(actor, membership_id)
        _must_be(version, membership_version(membership), _of_membership(membership))
        fields = MembershipFields(
            role=role,
            registration_number=registration_number,
            registration_body=registration_body,
            valid_until=_until(membership, last_day),
            organ_systems=organ_systems,
        )
        return change_membership(actor=actor, membership_id=membership_id, fields=fields, open_work_seen=open_work_seen)


def edit_seen_person(
    *, actor: Actor, person_id: UUID, version: str, title: str, given_name: str, family_name: str, email: str
) -> User:
    """edit_person, where the person is as `version` says. Raises Conflict where somebody was faster."""
    with transaction.atomic():
        person = policy.lock_person(actor, person_id)
        _must_be(version, person_version(person), _of_person(person))
        return edit_person(
            actor=actor, person_id=person_id, title=title, given_name=given_name, family_name=family_name, email=email
        )


def edit_seen_organisation(
    *, actor: Actor, organisation_id: UUID, version: str, particulars: Mapping[str, Any]
) -> Organisation:
    """edit_organisation with PARTICULARS, where it is as `version` says; its kind and place stay.

    Raises Conflict where somebody was faster.
    """
    with transaction.atomic():
        found = policy.lock_organisation(actor, organisation_id)
        _must_be(version, organisation_version(found), {name: getattr(found, name) for name in PARTICULARS})
        fields = OrganisationFields(kind=found.kind, country=found.country, parent=found.parent_id, **particulars)
        return edit_organisation(actor=actor, organisation_id=organisation_id, fields=fields)


def _of_membership(membership: Membership) -> dict[str, object]:
    """As the API writes it."""
    return {
        "role": membership.role,
        "registration_number": membership.registration_number,
        "registration_body": membership.registration_body,
        "last_day": membership.last_day.isoformat() if membership.last_day else None,
        "organ_systems": sorted(each.organ_system for each in membership.expertise.all()),
    }


def _of_person(person: User) -> dict[str, object]:
    return {name: getattr(person, name) for name in ("title", "given_name", "family_name", "email")}


def _print(values: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:16]


def _must_be(seen: str, now: str, current: Mapping[str, object]) -> None:
    if seen != now:
        words = _("Somebody has changed this meanwhile. Look at it again before you save.")
        raise Conflict(words, current=current)


def _until(membership: Membership, day: date | None) -> datetime | None:
    """The end of this day; of the day that stands there already the very moment."""
    if day is None or day == membership.last_day:
        return membership.valid_until if day else None
    zone = ZoneInfo(membership.organisation.time_zone)
    if not clock.now().astimezone(zone).date() <= day <= LAST_OF_ALL:
        words = _("Choose today or a later day.") if day <= LAST_OF_ALL else _("Choose an earlier day.")
        raise Invalid(words, fields={"last_day": words})
    return datetime.combine(day + timedelta(days=1), time.min, zone)
