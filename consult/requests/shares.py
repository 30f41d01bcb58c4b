"""States the reasons for access that requests give: the expert sees the named slides while the request runs."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.models import Absence, Membership
from accounts.roles import Role
from accounts.standing_in import may_stand_in
from cases.basis.kinds import Sharing
from cases.hooks import ShareSpec
from consult.requests.knowing import cases_known_to
from consult.requests.models import ConsultRequest, OutsideExpert
from consult.requests.outside.states import Status as Outside
from consult.requests.states import OPEN, SHARED
from core.actor import Purpose

SHARE, DEPUTY = "request", "deputy"  # the kinds of the shares that requests state
LONGEST = timedelta(days=365)  # a request that nobody ends does not open slides for ever


def of_requests(case_ids: Collection[UUID]) -> Iterable[ShareSpec]:
    """One share per running request, while the expert is a member of the lab that was asked; while an outside expert is
    confirmed for the case.

    Another while the expert is away, for the deputy, as long as there is something to answer; but none that would tell
    the name to somebody who is asked about the case under a pseudonym, or the other way round, and none under a
    pseudonym to somebody who knows the patient. Who would stand in for two, one by name and one not, stands in for the
    one who was asked first. Label image and earlier cases stay hidden.
    """
    running = ConsultRequest.objects.filter(case__in=case_ids, status__in=SHARED)
    members = Membership.objects.active().values("pk")
    confirmed = OutsideExpert.objects.filter(membership=OuterRef("expert"), request__case=OuterRef("case"))
    is_here = ~Q(expert__role=Role.OUTSIDE_EXPERT) | Exists(confirmed.filter(status=Outside.JOINED))
    found = running.filter(is_here, expert__in=members).select_related("expert").prefetch_related("slides")
    found = found.order_by("sent_at", "pk")
    absences, deputies = _absences(found), _deputies(found)
    known = _known([each for each in found if each.is_pseudonymised and each.expert_id in absences], deputies)
    asked = {(each.case_id, each.expert.user_id, each.is_pseudonymised) for each in found if each.expert}
    for request in found:
        if request.expert is None or request.sent_at is None:
            continue  # none that runs; the types do not know
        end = ends_by(request.sent_at, request.expert)
        yield _spec(request, SHARE, request.expert, request.sent_at, end)
        absence, deputy = absences.get(request.expert.pk), deputies.get(request.expert.deputy_id)
        mixes = deputy and (request.case_id, deputy.user_id, not request.is_pseudonymised) in asked
        if absence and deputy and not mixes and request.status in OPEN and may_stand_in(deputy, request.expert):
            start = max(request.sent_at, absence.valid_from)
            end = _earliest(end, absence.valid_until, deputy.valid_until)
            if start < end and not (request.is_pseudonymised and (request.case_id, deputy.pk) in known):
                asked.add((request.case_id, deputy.user_id, request.is_pseudonymised))
                yield _spec(request, DEPUTY, deputy, start, end)


def ends_by(sent: datetime, expert: Membership) -> datetime:
    """When the expert's access ends at the latest, whatever becomes of the request."""
    return _earliest(sent + LONGEST, expert.valid_until)


def _absences(requests: Iterable[ConsultRequest]) -> dict[UUID, Absence]:
    """The present absence of each expert, or the next one."""
    experts = {request.expert_id for request in requests}
    later = Absence.objects.not_over().filter(membership__in=experts).order_by("-valid_from")
    return {absence.membership_id: absence for absence in later}


def _deputies(requests: Iterable[ConsultRequest]) -> dict[UUID | None, Membership]:
    """The deputies in force of the experts, by membership."""
    keys = {each.expert.deputy_id for each in requests if each.expert and each.expert.deputy_id}
    return {each.pk: each for each in Membership.objects.active().filter(pk__in=keys).select_related("user")}


def _known(hidden: Collection[ConsultRequest], deputies: Mapping[UUID | None, Membership]) -> set[tuple[UUID, UUID]]:
    """(case, deputy) of these requests under a pseudonym where the deputy knows the patient."""
    cases = {request.case_id for request in hidden}
    stand_in = {each.expert.deputy_id for each in hidden if each.expert} & set(deputies)
    return {(case, key) for key in stand_in if key for case in cases_known_to(deputies[key].user, cases)}


def _earliest(end: datetime, *others: datetime | None) -> datetime:
    return min([end, *(each for each in others if each)])


def _spec(request: ConsultRequest, kind: str, reader: Membership, start: datetime, end: datetime) -> ShareSpec:
    return ShareSpec(
        case=request.case_id,
        source_kind=kind,
        source_id=request.pk,
        purpose=Purpose.TREATMENT,
        valid_from=start,
        valid_until=end,
        people=frozenset({reader.user_id}),
        slides=frozenset(row.slide_id for row in request.slides.all()),
        shows_identity=not request.is_pseudonymised,
        shows_first_report=request.opens_first_report,
        organisation=reader.organisation_id,
        sharing=kind_of_sharing(request, reader),
    )


def absent_experts(keys: Collection[UUID]) -> Mapping[UUID, UUID]:
    """For whom the deputy reads: the person who was asked, by request."""
    return dict(ConsultRequest.objects.filter(pk__in=keys, expert__isnull=False).values_list("pk", "expert__user"))


def kind_of_sharing(request: ConsultRequest, reader: Membership | None) -> Sharing:
    """For what the case is shared: a consultation, as long as nobody of the own laboratory is asked."""
    at_home = reader is not None and reader.organisation_id == request.asking_organisation_id
    return Sharing.SAME_LAB if at_home else Sharing.CONSULTATION


def as_sent_to(request: ConsultRequest, expert: Membership, at: datetime) -> ShareSpec:
    """The share that sending this request to that expert at `at` gives, for asking what speaks against it."""
    return _spec(request, SHARE, expert, at, at + LONGEST)
