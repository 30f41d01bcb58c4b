"""States the reason for access that an emergency gives, and says of it who may know what and who may end it.

It opens the whole case: who the patient is, every slide, and the first report, because in an emergency what somebody
has found already may be all that is needed. The label image stays hidden, because it says nothing that the identity
does not say, and earlier cases, because emergency access is to exactly one case.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.hooks import WorkChanged
from accounts.models import Membership
from accounts.roles import BREAK_GLASS
from cases.access.grants import reconcile
from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import parties, visible_emergencies
from cases.emergency.states import EMERGENCY, Status
from cases.hooks import Reason, ShareSpec
from cases.models import Slide
from cases.page_hooks import Steps
from core.actor import Actor, Purpose

KIND = "emergency"


def of_emergencies(case_ids: Collection[UUID]) -> Iterable[ShareSpec]:
    """One share for each that runs, while the person is still what they were when they opened it: to the end of their
    membership where that comes first."""
    members = Membership.objects.active().filter(role__in=BREAK_GLASS).values("pk")
    found = EmergencyAccess.objects.filter(case__in=case_ids, status=Status.RUNNING, membership__in=members)
    found = found.select_related("membership")
    slides: dict[UUID, set[UUID]] = {}
    if found:
        for case, slide in Slide.objects.filter(case__in=case_ids).values_list("case", "pk"):
            slides.setdefault(case, set()).add(slide)
    for access in found:
        yield ShareSpec(
            case=access.case_id,
            source_kind=KIND,
            source_id=access.pk,
            purpose=Purpose.EMERGENCY,
            valid_from=access.started_at,
            valid_until=min(access.ends_at, access.membership.valid_until or access.ends_at),
            people=frozenset({access.person_id}),
            slides=frozenset(slides.get(access.case_id, ())),
            shows_identity=True,
            shows_first_report=True,
            organisation=access.organisation_id,
        )


def follow_work(changed: WorkChanged) -> None:
    """The absence_changed listener: another last day may come before the end of what runs."""
    running = EmergencyAccess.objects.filter(membership=changed.membership, status=Status.RUNNING)
    if cases := set(running.values_list("case", flat=True)):
        reconcile(cases, actor=changed.actor)


def told(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, Reason]:
    """What each says of itself to this actor."""
    found = visible_emergencies(actor).filter(pk__in=keys).select_related("case")
    return {access.pk: _reason(actor, access) for access in found}


def _reason(actor: Actor, access: EmergencyAccess) -> Reason:
    may_end = "end" in EMERGENCY.allowed(access.status, parties(actor, access))
    page = reverse("emergency:detail", args=[access.pk])
    return Reason(
        words=_("Emergency access %(number)s") % {"number": access.number},
        detail=f"{access.reason_label}: {access.note}",
        url=page,
        end_words=_("End now"),
        end_url=page if may_end else "",
    )


def _numbers(keys: Collection[UUID]) -> dict[UUID, str]:
    return dict(EmergencyAccess.objects.filter(pk__in=keys).values_list("pk", "number"))


STEPS = Steps(
    {
        "open": "exclamation-diamond-fill",
        "end": "x-circle",
        "run_out": "hourglass-bottom",
        "review": "clipboard-check",
        "send_letter": "envelope-check",
    },
    _numbers,
)
