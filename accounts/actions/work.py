"""How a member works: languages, requests a week, who stands in, and when they are away."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy
from accounts.hooks import WorkChanged, run_work_changed
from accounts.models import Absence, Membership
from accounts.standing_in import may_stand_in
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Conflict, Hidden, Invalid

PLANNED = names.register("membership.work_planned", gettext_lazy("Work planned"))
ABSENT = names.register("absence.entered", gettext_lazy("Absence entered"))
BACK = names.register("absence.cancelled", gettext_lazy("Absence cancelled"))
MOST_A_WEEK = 999
LONGEST_AWAY = timedelta(days=732)


def languages() -> tuple[str, ...]:
    """The two-letter codes of the installation's languages."""
    return tuple(dict.fromkeys(code[:2] for code, _name in settings.LANGUAGES))


@dataclass(frozen=True, slots=True)
class WorkFields:
    """`languages` in which consultations are taken; `weekly_capacity` in requests, None for no limit; a membership."""

    languages: Collection[str] = ()
    weekly_capacity: int | None = None
    deputy: UUID | None = None


def plan_work(*, actor: Actor, membership_id: UUID, fields: WorkFields) -> Membership:
    """Write what differs, of oneself or of a member of the laboratory one administers.

    Raises Hidden for anybody else, and Invalid for a language that is none, a capacity out of range, or a deputy who
    cannot act in the same place: of another laboratory, in another role, or oneself.
    """
    with transaction.atomic():
        membership = _lock(actor, membership_id)
        _check(membership, fields)
        wanted = {
            "languages": sorted(set(fields.languages)),
            "weekly_capacity": fields.weekly_capacity,
            "deputy_id": fields.deputy,
        }
        changed = [name for name, value in wanted.items() if getattr(membership, name) != value]
        for name in changed:
            setattr(membership, name, wanted[name])
        if changed:
            membership.save(update_fields=changed)
            _note(actor, PLANNED, membership, fields=changed)
        if "deputy_id" in changed:
            run_work_changed(WorkChanged(membership.pk, actor))
    return membership


def enter_absence(*, actor: Actor, membership_id: UUID, first_day: date, last_day: date) -> Absence:
    """Enter whole days away; from then on the deputy sees what waits for the member, and may take it over.

    Raises Hidden as above, Invalid for days in the wrong order or in the past, and Conflict where they overlap days
    that are entered already.
    """
    with transaction.atomic():
        membership = _lock(actor, membership_id)
        zone = ZoneInfo(membership.organisation.time_zone)
        if last_day == date.max:  # which has no day after it
            words = _("Choose an earlier day.")
            raise Invalid(words, fields={"last_day": words})
        start = datetime.combine(first_day, time.min, zone)
        end = datetime.combine(last_day + timedelta(days=1), time.min, zone)
        if last_day < first_day:
            raise Invalid(_("The last day is before the first."), fields={"last_day": _("Choose a later day.")})
        if end <= clock.now():
            raise Invalid(_("This day has passed."), fields={"last_day": _("Choose today or a later day.")})
        if end - start > LONGEST_AWAY:
            words = _("This is longer than two years. End the membership instead.")
            raise Invalid(words, fields={"last_day": words})
        overlapping = membership.absences.filter(cancelled_at=None, valid_from__lt=end, valid_until__gt=start)
        if overlapping.exists():
            raise Conflict(_("Some of these days are entered already."))
        absence = Absence.objects.create(membership=membership, valid_from=start, valid_until=end)
        _note(actor, ABSENT, membership, absence=str(absence.pk))
        run_work_changed(WorkChanged(membership.pk, actor))
    return absence


def cancel_absence(*, actor: Actor, absence_id: UUID) -> Absence:
    """Take back days away, or end them early: the member is there from now on. Hidden for anybody else's."""
    with transaction.atomic():
        known = Absence.objects.not_over().filter(pk=absence_id).values_list("membership", flat=True).first()
        membership = _lock(actor, known) if known else None
        if membership is None:
            raise Hidden(_("This absence is not there."))
        absence = Absence.objects.select_for_update().get(pk=absence_id)
        absence.cancelled_at = clock.now()
        absence.save(update_fields=["cancelled_at"])
        _note(actor, BACK, membership, absence=str(absence.pk))
        run_work_changed(WorkChanged(membership.pk, actor))
    return absence


def _lock(actor: Actor, membership_id: UUID) -> Membership:
    rows = policy.planned_memberships(actor).select_related("user", "organisation")
    membership = rows.select_for_update(of=("self",), no_key=True).filter(pk=membership_id).first()
    if membership is None:
        raise Hidden(_("This membership is not there."))
    return membership


def _check(membership: Membership, fields: WorkFields) -> None:
    wrong = {}
    if not set(fields.languages) <= set(languages()):
        wrong["languages"] = _("Choose from the list.")
    if fields.weekly_capacity is not None and not 0 <= fields.weekly_capacity <= MOST_A_WEEK:
        wrong["weekly_capacity"] = _("Enter a number from 0 to %(most)d.") % {"most": MOST_A_WEEK}
    if fields.deputy is not None:
        deputy = Membership.objects.active().filter(pk=fields.deputy).first()
        if deputy is None or not may_stand_in(deputy, membership):
            wrong["deputy"] = _("Choose a colleague of the same laboratory who can do the same work.")
    if wrong:
        raise Invalid(_("Some of this cannot be used."), fields=wrong)


def _note(actor: Actor, name: str, membership: Membership, **facts: object) -> None:
    given = {"person": str(membership.user_id), **facts}
    record(actor, name, object_kind="membership", object_id=membership.pk, facts=given)
