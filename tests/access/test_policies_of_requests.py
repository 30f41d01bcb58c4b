"""Who sees which requests and reports, and what everybody is to each: against sentences of their own."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from accounts.models import Absence, Membership
from accounts.roles import (
    EDIT_CASES,
    REQUEST,
    SEE_HOME_CASES,
    SIGN,
    Role,
)
from accounts.scopes import Scope
from cases.models import CaseGrant, Denial
from consult.reports.models import Report, ReportVersion
from consult.reports.policy import MADE, is_open, visible_reports, visible_versions
from consult.reports.policy import parties as report_parties
from consult.requests.models import ConsultRequest
from consult.requests.policy import BEFORE_SENDING, kept_reports, visible_requests
from consult.requests.policy import parties as request_parties
from consult.requests.states import SIGNED
from core import clock
from core.actor import Actor, system
from core.ids import new_id
from tests.access.sentences import agree, machines, people
from tests.cast import World


def deny(world: World, state: str) -> set[tuple[UUID | None, UUID]]:
    """A colleague and the expert are kept from one case each way."""
    case = world.case(state)
    for who in ("colleague", "expert"):
        source = {"source_kind": "tests", "source_id": new_id()}
        person = world.people[who].who()
        Denial.objects.create(case=case, user_id=person, kind="conflict", valid_from=clock.now(), **source)
    return {(world.people[who].person, case.pk) for who in ("colleague", "expert")}


def sees_home(actor: Actor) -> bool:
    return actor.role in SEE_HOME_CASES or Scope.CASES_READ in actor.scopes


def test_requests(world: World, mirror: World) -> None:
    denied = deny(world, "answered")

    def sees(actor: Actor, row: ConsultRequest) -> bool:
        if (actor.person, row.case_id) in denied:
            return False
        sent, asks = row.status not in BEFORE_SENDING, row.asking_organisation_id == actor.organisation
        if actor.person and asks and row.requester.user_id == actor.person:
            return True
        expert = row.expert
        if expert and (expert.user_id, expert.organisation_id) == (actor.person, actor.organisation) and sent:
            return True
        of_lab = sees_home(actor) and (actor.machine is None or Scope.REQUESTS_READ in actor.scopes)
        return of_lab and ((asks and sent) or row.answering_organisation_id == actor.organisation)

    rows = ConsultRequest.objects.select_related("requester", "expert")
    elsewhere = replace(world.expert, organisation=world.stranger.organisation)
    asks_elsewhere = replace(world.asker, organisation=world.stranger.organisation)
    some = [*people(world), *machines(world), mirror.asker, elsewhere, asks_elsewhere]
    agree(some, rows, visible_requests, sees)


def test_who_one_is_to_a_request(world: World) -> None:
    requests = list(ConsultRequest.objects.select_related("requester", "expert"))
    elsewhere = [replace(world.expert, organisation=world.asker.organisation)]
    deputised = Membership.objects.filter(pk=world.expert.acting())
    for deputy in (None, world.expert_colleague.membership):
        deputised.update(deputy=deputy)
        for request in ConsultRequest.objects.select_related("requester", "expert") if deputy else requests:
            for actor in [*people(world), *elsewhere]:
                wanted = set()
                if actor.organisation == request.asking_organisation_id and actor.role in REQUEST:
                    wanted |= {"asking_lab"} | ({"requester"} if request.requester.user_id == actor.person else set())
                who = (request.expert.user_id, request.expert.organisation_id) if request.expert else None
                if who == (actor.person, actor.organisation) and actor.role in SIGN:
                    wanted.add("expert")
                assert request_parties(actor, request) == wanted, (actor.name, actor.role, request.status)


def test_a_deputy_is_one_by_a_role_that_signs(world: World) -> None:
    expert, colleague, at = world.expert.acting(), world.expert_colleague, clock.now()
    Membership.objects.filter(pk=expert).update(deputy=colleague.membership)
    Absence.objects.create(membership_id=expert, valid_from=at, valid_until=at + timedelta(days=1))
    request = world.request("accepted")
    deputies = {role for role in Role if "deputy" in request_parties(replace(colleague, role=role), request)}
    assert deputies == set(SIGN)
    assert "deputy" not in request_parties(world.expert, request) | request_parties(world.colleague, request)
    another = Membership.objects.create(
        user_id=world.stranger.who(),
        organisation_id=world.expert.lab(),
        role="pathologist",
        deputy_id=colleague.acting(),
    )
    Absence.objects.filter(membership=expert).update(membership=another)
    assert "deputy" not in request_parties(colleague, request), "of whoever else is away"


def kept(actor: Actor, version: ReportVersion, requests: Collection[ConsultRequest], open_: set[UUID]) -> bool:
    """Whether the laboratory keeps this version of a first report: of a request it accepted, by name, with it."""
    if not sees_home(actor) or (actor.machine is not None and Scope.REPORTS_READ not in actor.scopes):
        return False
    return any(
        version.pk in {request.first_report_id, request.first_report_signed_id}
        and request.answering_organisation_id == actor.organisation
        and request.shares_first_report
        and not request.is_pseudonymised
        and (request.status in SIGNED or request.pk in open_ or request.asking_organisation_id == actor.organisation)
        for request in requests
    )


def first_reports(actor: Actor) -> set[UUID]:
    """The cases whose first report is shared with the person now."""
    at = clock.now()
    return {
        grant.content_object_id
        for grant in CaseGrant.objects.filter(permission__codename="view_first_report", user=actor.person)
        if grant.valid_from <= at < grant.valid_until and grant.revoked_at is None
    }


def test_reports_and_their_versions(world: World, mirror: World) -> None:
    report = world.report("accepted")
    denied = deny(world, "answered")
    for state, changes in (
        ("waiting", {"shares_first_report": False}),
        ("acknowledged", {"is_pseudonymised": True}),
        ("closed", {"first_report_signed": None}),
        ("answered", {"first_report": None}),
    ):
        ConsultRequest.objects.filter(pk=world.request(state).pk).update(**changes)
    withdrawn = ConsultRequest.objects.filter(pk=world.request("withdrawn").pk)
    withdrawn.update(answering_organisation=world.expert.organisation)
    requests = list(ConsultRequest.objects.all())
    standing = CaseGrant.objects.filter(revoked_at=None, valid_until__gt=clock.now())
    open_ = set(standing.values_list("share__source_id", flat=True))
    actors = [*people(world), *machines(world), replace(world.expert, organisation=world.stranger.organisation)]
    shared = {actor.person: first_reports(actor) for actor in actors}

    def is_whole(actor: Actor, row: Report) -> bool:
        if actor.person and row.author_id == actor.person and row.organisation_id == actor.organisation:
            return True
        if actor.person and row.kind == "received" and row.case_id in shared[actor.person]:
            return True
        of_lab = sees_home(actor) and (actor.machine is None or Scope.REPORTS_READ in actor.scopes)
        return of_lab and row.status in MADE and actor.organisation in {row.organisation_id, row.case.organisation_id}

    def reads(actor: Actor, row: ReportVersion) -> bool:
        if (actor.person, row.report.case_id) in denied:
            return False
        return is_whole(actor, row.report) or kept(actor, row, requests, open_)

    versions = list(ReportVersion.objects.select_related("report__case"))

    def sees(actor: Actor, row: Report) -> bool:
        if (actor.person, row.case_id) in denied:
            return False
        return is_whole(actor, row) or any(reads(actor, each) for each in versions if each.report_id == row.pk)

    agree(actors, versions, visible_versions, reads)
    agree(actors, list(Report.objects.select_related("case")), visible_reports, sees)
    agree(
        actors,
        versions,
        lambda actor: ReportVersion.objects.filter(kept_reports(actor)),
        lambda actor, row: kept(actor, row, requests, open_),
    )
    assert is_open(world.expert, report) and not is_open(world.stranger, report)
    closed = Report.objects.get(case=world.case("closed"), kind="received")
    assert not is_open(world.expert, closed) and is_open(world.asker, closed)


def test_who_one_is_to_a_report(world: World) -> None:
    for report in Report.objects.select_related("case"):
        for actor in [*people(world), replace(world.expert, organisation=world.asker.organisation)]:
            wanted = set()
            if actor.organisation == report.organisation_id:
                wanted |= {"author"} if actor.person == report.author_id and actor.role in SIGN else set()
                wanted |= {"editor"} if actor.role in EDIT_CASES else set()
            assert report_parties(actor, report) == wanted, (actor.name, actor.role, report.kind)
    assert report_parties(system("tests"), world.report("accepted")) == {"system"}
