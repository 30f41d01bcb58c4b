"""What becomes of requests when somebody leaves, is away, or comes back."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.hooks import MemberLeft, OpenWork, WorkChanged
from accounts.models import Absence, Membership
from accounts.roles import SIGN
from accounts.standing_in import deputy_of
from cases.access.grants import reconcile
from cases.access.lock import lock_rows
from consult.requests.actions.take_over import hand_over
from consult.requests.models import ConsultRequest
from consult.requests.states import OPEN
from core import clock
from core.actor import Actor, Door, system
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.jobs.queue import dedupe_key, enqueue

LOOK_AGAIN = "requests.look_at_membership"


def hand_over_open_work(left: MemberLeft) -> None:
    """The member_left listener: the open work of the memberships that the person lost goes to their deputies."""
    lost = Membership.objects.filter(user=left.person, organisation=left.organisation)
    active = Membership.objects.active().filter(role__in=SIGN)
    _hand_over(lost.exclude(pk__in=active.values("pk")).values_list("pk", flat=True), left.actor)


def open_work_of(memberships: Collection[UUID]) -> Iterable[OpenWork]:
    """The requests that _hand_over would move, and to whom."""
    for request in _open(memberships).select_related("expert__organisation").order_by("number"):
        if request.expert is not None:
            deputy = _heir(request.expert)
            yield OpenWork(request.expert.pk, request.number, deputy.user.printed_name if deputy else "")


def _open(memberships: Collection[UUID]) -> QuerySet[ConsultRequest]:
    return ConsultRequest.objects.filter(expert__in=memberships, status__in=OPEN)


def _heir(expert: Membership) -> Membership | None:
    deputy = deputy_of(expert)
    return deputy if deputy and deputy.role in SIGN else None


def follow_work(changed: WorkChanged) -> None:
    """The absence_changed listener: the deputy's access begins and ends with the absence, each look at its time."""
    _reconcile(changed.membership, changed.actor)
    ends = [
        *Absence.objects.not_over().filter(membership=changed.membership).values_list("valid_until", flat=True),
        *Membership.objects.filter(pk=changed.membership).values_list("valid_until", flat=True),
    ]
    for moment in ends:
        if moment is not None and moment > clock.now():
            key = dedupe_key(LOOK_AGAIN, changed.membership, occasion=moment.isoformat())
            enqueue(LOOK_AGAIN, subject=changed.membership, key=key, due_at=moment)


@effect(LOOK_AGAIN, inside=True, label=_("Looking at open work after an absence or a last day"), about="membership")
def look_again(job: Job) -> None:
    """After an absence its access ends in the rows too; after a last day the open work goes to the deputy."""
    actor = system("requests", Door.JOB)
    if not Membership.objects.active().filter(pk=job.subject).exists():
        _hand_over([job.subject], actor)
    _reconcile(job.subject, actor)


def _hand_over(memberships: Collection[UUID], actor: Actor) -> None:
    open_ = _open(memberships)
    cases = {case.pk: case for case in lock_rows(set(open_.values_list("case", flat=True)))}
    rows = open_.select_for_update(of=("self",), no_key=True).select_related("expert__organisation").order_by("pk")
    for request in rows:
        if request.expert is not None and request.case_id in cases:
            request.case = cases[request.case_id]
            hand_over(actor=actor, request=request, to=_heir(request.expert))


def _reconcile(membership: UUID, actor: Actor) -> None:
    open_ = ConsultRequest.objects.filter(expert=membership, status__in=OPEN)
    if cases := set(open_.values_list("case", flat=True)):
        reconcile(cases, actor=actor)
