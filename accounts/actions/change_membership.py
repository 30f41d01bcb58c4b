"""Change what a member is: role, number in the professional register, first and last day, subspecialties."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import first_day as days
from accounts import policy
from accounts.hooks import MemberLeft, OpenWork, WorkChanged, open_work, run_member_left, run_work_changed
from accounts.models import Expertise, Membership
from accounts.registration import refused
from accounts.roles import REGISTERED, SIGN, Role
from core import clock, terms
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Conflict, Forbidden, Invalid
from core.letters import written

CHANGED = names.register("membership.changed", gettext_lazy("Membership changed"))


@dataclass(frozen=True, slots=True)
class MembershipFields:
    """What may be changed. `organ_systems` are codes of that value set; `valid_until` is None where it is open.

    `first_day` is None where it stays; only that of a membership that has not begun can be another.
    """

    role: str
    registration_number: str = ""
    registration_body: str = ""
    valid_until: datetime | None = None
    first_day: date | None = None
    organ_systems: Collection[str] = ()


def change_membership(
    *, actor: Actor, membership_id: UUID, fields: MembershipFields, open_work_seen: bool = False
) -> Membership:
    """Write the fields that differ. A membership is ended by end_membership, never by a date in the past.

    Where the role signs no more, the open consultations end or go to the deputy at once: Invalid, unless
    `open_work_seen` says that whoever asks has read which.

    The number in the professional register, and which register that is, are printed under signatures: a role that signs
    has both, and one that is in no register keeps neither. Raises Hidden for another laboratory's membership, Invalid
    for unknown codes, a number that no register gives, a past date, the first day of one that has begun, a role that
    the person has there already at that time, or one that signs without number or register; Forbidden for the role or a
    day of one's own, whichever one acts under.
    """
    number, register = written(fields.registration_number), written(fields.registration_body)
    if fields.role not in REGISTERED:
        number = register = ""
    fields = replace(fields, registration_number=number, registration_body=register)
    with transaction.atomic():
        membership = policy.lock_membership(actor, membership_id)
        before = {name: getattr(membership, name) for name in _COLUMNS}
        begins = _check(actor, membership, fields)
        if not open_work_seen and (work := moved_by_role(membership, fields.role)):
            words = _("This moves open work: %(numbers)s. Look at what becomes of it, and confirm.")
            words %= {"numbers": ", ".join(each.number for each in work)}
            raise Invalid(words, fields={"open_work_seen": words})
        wanted = {name: getattr(fields, name) for name in _FIELDS} | {"valid_from": begins}
        changed = [name for name in _COLUMNS if wanted[name] != before[name]]
        for name in changed:
            setattr(membership, name, wanted[name])
        if changed:
            membership.save(update_fields=changed)
        if _set_expertise(membership, fields.organ_systems):
            changed.append("organ_systems")
        if not changed:
            return membership
        if "role" in changed:
            run_member_left(MemberLeft(membership.user_id, membership.organisation_id, actor))
        if "valid_until" in changed:
            run_work_changed(WorkChanged(membership.pk, actor))
        facts: dict[str, object] = {"person": str(membership.user_id), "fields": changed}
        if "role" in changed:
            facts |= {"role_from": before["role"], "role_to": fields.role}
        record(actor, CHANGED, object_kind="membership", object_id=membership.pk, facts=facts)
    return membership


_FIELDS = ("role", "registration_number", "registration_body", "valid_until")
_COLUMNS = (*_FIELDS, "valid_from")


def moved_by_role(membership: Membership, role: str) -> list[OpenWork]:
    """The open consultations that end or go to the deputy if the membership gets this role; drafts stay."""
    if membership.role not in SIGN or role in SIGN:
        return []
    return [each for each in open_work([membership.pk]) if not each.is_draft]


def _check(actor: Actor, membership: Membership, fields: MembershipFields) -> datetime:
    """Refuse what cannot be; the moment at which the membership begins."""
    at = clock.now()
    if membership.valid_until is not None and membership.valid_until <= at:
        raise Conflict(_("This membership has ended. Invite the person again."))
    outside = {fields.role, membership.role} & {Role.OUTSIDE_EXPERT}
    if fields.role not in Role.values or (outside and fields.role != membership.role):
        raise Invalid(_("Choose a role."), fields={"role": _("Choose a role.")})
    if wrong := refused(fields.role, fields.registration_number, fields.registration_body):
        raise Invalid(next(iter(wrong.values())), fields=wrong)
    if not set(fields.organ_systems) <= set(terms.codes("organ_systems")):
        raise Invalid(_("Choose from the list."), fields={"organ_systems": _("Choose from the list.")})
    if fields.valid_until != membership.valid_until and fields.valid_until is not None and fields.valid_until <= at:
        words = _("Choose a moment in the future. To end it now, use the action in the list.")
        raise Invalid(words, fields={"valid_until": words})
    begins = _first_moment(membership, fields.first_day, at)
    was, will_be = (membership.role, membership.valid_until, membership.valid_from), fields.valid_until
    is_moved = (fields.role, will_be, begins) != was
    if will_be is not None and will_be <= begins:
        words = _("The last day must be after the first.")
        raise Invalid(words, fields={"valid_until": words})
    if membership.pk == actor.membership and is_moved:
        raise Forbidden(_("You are acting under this membership. Ask another administrator to change it."))
    if membership.user_id == actor.person and is_moved:
        raise Forbidden(_("You cannot give yourself a role. Ask another administrator."))
    others = Membership.objects.filter(user=membership.user_id, organisation=membership.organisation_id)
    others = others.filter(role=fields.role).exclude(pk=membership.pk).overlapping(max(at, begins), will_be)
    if is_moved and others.exists():
        words = _("This person has this role here already at that time, by another membership.")
        moved = {"role": fields.role != membership.role, "first_day": begins != membership.valid_from}
        raise Invalid(words, fields={next((name for name in moved if moved[name]), "valid_until"): words})
    return begins


def _first_moment(membership: Membership, first_day: date | None, at: datetime) -> datetime:
    """The one that stands, where the day is the same or not given."""
    organisation = membership.organisation
    if first_day is None or first_day == days.day_of(organisation, membership.valid_from):
        return membership.valid_from
    if membership.valid_from <= at:
        words = _("This membership has begun. Its first day stays on record.")
        raise Invalid(words, fields={"first_day": words})
    days.check(organisation, first_day, at)
    return days.begins(organisation, first_day, at)


def _set_expertise(membership: Membership, organ_systems: Collection[str]) -> bool:
    """Make the subspecialties equal to these; whether anything changed."""
    now = set(membership.expertise.values_list("organ_system", flat=True))
    wanted = set(organ_systems)
    membership.expertise.filter(organ_system__in=now - wanted).delete()
    Expertise.objects.bulk_create(
        [Expertise(membership=membership, organ_system=code) for code in sorted(wanted - now)]
    )
    return now != wanted
