"""What becomes of requests when somebody leaves, is away, or comes back."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.hooks import MemberLeft, OpenWork, WorkChanged
from accounts.models import Absence, Membership
from accounts.roles import SIGN
from accounts.standing_in import deputy_of
from cases.access import branches
from cases.access.grants import reconcile
from cases.access.lock import lock_rows
from consult.requests.actions.discard_draft import discard_of_absent
from consult.requests.actions.take_over import hand_over
from consult.requests.blind import may_read
from consult.requests.models import ConsultRequest
from consult.requests.states import OPEN, SHARED, Status
from core import clock
from core.actor import Actor, Door, system
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.jobs.queue import dedupe_key, enqueue

LOOK_AGAIN = "requests.look_at_membership"


def hand_over_open_work(left: MemberLeft) -> None:
    """The member_left listener: the open work of the memberships that the person lost goes to their deputies, and what
    somebody who is gone has never sent is discarded."""
    lost = Membership.objects.filter(user=left.person, organisation=left.organisation)
    active = Membership.objects.active().filter(role__in=SIGN)
    _hand_over(lost.exclude(pk__in=active.values("pk")).values_list("pk", flat=True), left.actor)
    _discard_drafts(left.person, left.organisation, left.actor)
    for membership in lost.values_list("pk", flat=True):
        _reconcile(membership, left.actor)


def open_work_of(memberships: Collection[UUID]) -> Iterable[OpenWork]:
    """The requests that _hand_over would move, and to whom; and the drafts that nobody could go on with."""
    for request in _open(memberships).select_related("expert__organisation").order_by("number"):
        if request.expert is not None:
            deputy = _heir(request.expert, request)
            yield OpenWork(request.expert.pk, request.number, deputy.user.printed_name if deputy else "")
    leaving = Membership.objects.filter(pk__in=memberships)
    others = Membership.objects.active().exclude(pk__in=memberships)
    gone = leaving.exclude(Exists(others.filter(user=OuterRef("user"), organisation=OuterRef("organisation"))))
    # Drafts belong to the person in the organisation: once for somebody who loses two roles there together.
    for each in gone.order_by("user_id", "organisation_id", "pk").distinct("user_id", "organisation_id"):
        for number in _drafts(each.user_id, each.organisation_id).order_by("number").values_list("number", flat=True):
            yield OpenWork(each.pk, number, "", is_draft=True)


def open_in(organisation: UUID) -> Iterable[str]:
    """What is asked there and not closed, an opinion that nobody has used yet too, and what waits for its answer."""
    asked = Q(asking_organisation=organisation, status__in=SHARED)
    found = ConsultRequest.objects.filter(asked | Q(expert__organisation=organisation, status__in=OPEN)).count()
    if found:
        yield ngettext("%(count)d request is not closed.", "%(count)d requests are not closed.", found) % {
            "count": found
        }


def _drafts(person: UUID, organisation: UUID) -> QuerySet[ConsultRequest]:
    return ConsultRequest.objects.filter(requester__user=person, asking_organisation=organisation, status=Status.DRAFT)


def _open(memberships: Collection[UUID]) -> QuerySet[ConsultRequest]:
    return ConsultRequest.objects.filter(expert__in=memberships, status__in=OPEN)


def _heir(expert: Membership, request: ConsultRequest) -> Membership | None:
    """The deputy who can take this request on: signs, is not kept out of the case, and may read it as it was sent."""
    deputy = deputy_of(expert)
    if deputy is None or deputy.role not in SIGN or deputy.user_id in branches.denied_people(request.case_id):
        return None
    return deputy if may_read(deputy, request) else None


def follow_work(changed: WorkChanged) -> None:
    """The absence_changed listener: the deputy's access begins and ends with the absence, each look at its time."""
    _reconcile(changed.membership, changed.actor)
    membership = Membership.objects.get(pk=changed.membership)
    absences = Absence.objects.not_over().filter(membership=membership).values_list("valid_until", flat=True)
    for moment in (membership.valid_from, membership.valid_until, *absences):
        if moment is not None and moment > clock.now():
            key = dedupe_key(LOOK_AGAIN, changed.membership, occasion=moment.isoformat())
            enqueue(LOOK_AGAIN, subject=changed.membership, key=key, due_at=moment)


@effect(
    LOOK_AGAIN, inside=True, label=_("Looking at open work after an absence, a first or a last day"), about="membership"
)
def look_again(job: Job) -> None:
    """After an absence, a first or a last day access is as it should be in the rows too; after a last day what is open
    goes on as when somebody leaves at once."""
    actor = system("requests", Door.JOB)
    membership = Membership.objects.get(pk=job.subject)
    if not Membership.objects.active().filter(pk=membership.pk).exists():
        _hand_over([membership.pk], actor)
        _discard_drafts(membership.user_id, membership.organisation_id, actor)
    _reconcile(membership.pk, actor)


def _hand_over(memberships: Collection[UUID], actor: Actor) -> None:
    for request in _locked(_open(memberships)):
        if request.expert is not None:
            hand_over(actor=actor, request=request, to=_heir(request.expert, request))


def _discard_drafts(person: UUID, organisation: UUID, actor: Actor) -> None:
    """Of somebody who is nothing in the organisation any more."""
    if not Membership.objects.active().filter(user=person, organisation=organisation).exists():
        for request in _locked(_drafts(person, organisation)):
            discard_of_absent(actor=actor, request=request)


def _locked(requests: QuerySet[ConsultRequest]) -> Iterable[ConsultRequest]:
    """With their cases, which are locked first."""
    cases = {case.pk: case for case in lock_rows(set(requests.values_list("case", flat=True)))}
    rows = requests.select_for_update(of=("self",), no_key=True).select_related("expert__organisation").order_by("pk")
    for request in rows:
        if request.case_id in cases:
            request.case = cases[request.case_id]
            yield request


def _reconcile(membership: UUID, actor: Actor) -> None:
    """What the membership reads as the expert, an answered request's case too, or as the deputy of one; and what its
    person reads as a deputy elsewhere under a pseudonym, or does not because of knowing the patient here."""
    own = Q(expert=membership) | Q(expert__deputy=membership)
    here = Membership.objects.filter(pk=membership)
    known = Q(asking_organisation__in=here.values("organisation"), expert__deputy__user__in=here.values("user"))
    running = ConsultRequest.objects.filter(own | known & Q(is_pseudonymised=True), status__in=SHARED)
    if cases := set(running.values_list("case", flat=True)):
        reconcile(cases, actor=actor)
