"""Nothing waits for somebody who is not there: deputies during absences, and what becomes of a leaver's work."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.actions.end_membership import end_membership
from accounts.actions.work import WorkFields, cancel_absence, enter_absence, plan_work
from accounts.hooks import open_work
from accounts.models import Membership
from cases.access.queries import visible_cases, visible_slides
from cases.models import CaseGrant
from consult.reports.models import Report
from consult.requests.actions.take_over import take_over
from consult.requests.leaving import LOOK_AGAIN
from consult.requests.models import ConsultRequest
from consult.requests.policy import parties, visible_requests
from consult.requests.shares import LONGEST
from consult.requests.states import OPEN
from core import clock
from core.audit.models import AuditEvent
from core.errors import Conflict, Hidden
from core.jobs import run
from core.jobs.models import Job
from notifications.models import Notification
from tests.cast import World, client_for, local_day, sign_opinion
from tests.emergency.helping import call


@pytest.fixture
def deputy(world: World) -> None:
    """The expert's colleague stands in."""
    fields = WorkFields(deputy=world.expert_colleague.membership)
    plan_work(actor=world.expert, membership_id=world.expert.acting(), fields=fields)


def away(world: World, first: int = 0, last: int = 3) -> object:
    today = local_day()
    days = {"first_day": today + timedelta(days=first), "last_day": today + timedelta(days=last)}
    return enter_absence(actor=world.expert, membership_id=world.expert.acting(), **days).pk


def sees(world: World, state: str) -> bool:
    """Whether the colleague sees the request and its case; both or neither."""
    actor, request = world.expert_colleague, world.request(state)
    case = visible_cases(actor).filter(pk=request.case_id).exists()
    slides = visible_slides(actor).filter(case=request.case_id).count()
    assert slides == (1 if case else 0)
    return case


@pytest.mark.usefixtures("deputy")
def test_the_deputy_sees_what_waits_while_the_expert_is_away_and_no_longer(world: World) -> None:
    assert not sees(world, "sent")
    absence = away(world)
    for state in ("sent", "asked", "accepted", "waiting"):
        assert sees(world, state)
        assert visible_requests(world.expert_colleague).filter(pk=world.request(state).pk).exists()
        assert "deputy" in parties(world.expert_colleague, world.request(state))
    assert not sees(world, "answered")
    cancel_absence(actor=world.expert, absence_id=absence)  # type: ignore[arg-type]  # its key
    assert not sees(world, "sent")
    assert not visible_requests(world.expert_colleague).filter(pk=world.request("sent").pk).exists()


@pytest.mark.usefixtures("deputy")
def test_an_absence_to_come_opens_nothing_yet_and_its_end_is_in_the_grant(world: World) -> None:
    away(world, 2, 5)
    assert not sees(world, "sent")
    grants = CaseGrant.objects.filter(user=world.expert_colleague.person, content_object=world.case("sent"))
    windows = set(grants.values_list("valid_from", "valid_until"))
    assert {(end - start).days for start, end in windows} == {4}
    assert Job.objects.filter(kind=LOOK_AGAIN, subject=world.expert.acting()).count() == 1


@pytest.mark.usefixtures("deputy")
def test_the_worklist_of_the_deputy_holds_it_and_the_page_offers_to_take_it_over(world: World) -> None:
    away(world)
    client, request = client_for(world.expert_colleague), world.request("sent")
    assert request.number in client.get(reverse("desk:home")).content.decode()
    page = client.get(reverse("requests:detail", args=[request.pk])).content.decode()
    assert "Take over" in page
    done = client.post(
        reverse("requests:act", args=[request.pk, "take_over"]),
        {"seen_case": 1, "seen_patient": 1, "version": request.version},
    )
    assert done.status_code == 302
    assert ConsultRequest.objects.get(pk=request.pk).expert_id == world.expert_colleague.membership
    run.drain()
    told = Notification.objects.filter(subject=request.pk, kind="request.take_over")
    assert set(told.values_list("recipient", flat=True)) == {world.asker.person, world.expert.person}


@pytest.mark.usefixtures("deputy")
def test_a_request_that_was_accepted_is_answered_by_the_deputy_with_an_own_draft(world: World) -> None:
    away(world)
    request = world.request("accepted")
    draft = Report.objects.get(request=request)
    taken = take_over(
        actor=world.expert_colleague, request_id=request.pk, version=request.version, seen=world.seen("accepted")
    )
    draft.refresh_from_db()
    assert draft.status == "discarded"
    new = Report.objects.get(request=taken)
    assert (new.author_id, new.accession_number) == (world.expert_colleague.person, "EXP-1")
    assert taken.status == "accepted"
    assert not visible_cases(world.expert).filter(pk=request.case_id).exists()


@pytest.mark.usefixtures("deputy")
def test_what_a_deputy_reads_and_takes_over_is_recorded_as_done_for_the_expert(world: World) -> None:
    away(world)
    request, slide = world.request("accepted"), world.slides("accepted")[0]
    deputy, case = client_for(world.expert_colleague), reverse("cases:detail", args=[request.case_id])
    looks = [case, reverse("requests:detail", args=[request.pk]), reverse("slides:view", args=[slide.pk])]
    for address in looks:
        assert deputy.get(address).status_code == 200
        assert client_for(world.expert).get(address).status_code == 200
    deputy.post(reverse("slides:opened", args=[slide.pk]))
    rows = AuditEvent.objects.filter(case=request.case_id)
    theirs = rows.filter(person=world.expert_colleague.person)
    assert theirs.count() >= 4 and set(theirs.values_list("on_behalf_of", flat=True)) == {world.expert.person}
    assert set(rows.filter(person=world.expert.person).values_list("on_behalf_of", flat=True)) == {None}
    take_over(actor=world.expert_colleague, request_id=request.pk, version=request.version, seen=world.seen("accepted"))
    assert rows.get(action="request.taken_over").on_behalf_of == world.expert.person
    deputy.get(case)
    last = rows.filter(action="case.read").latest("at", "pk")
    assert (last.person, last.on_behalf_of) == (world.expert_colleague.person, None), "the request is their own now"


@pytest.mark.usefixtures("deputy")
def test_who_opens_a_case_in_an_emergency_beside_standing_in_acts_for_nobody(world: World) -> None:
    away(world)
    request = world.request("accepted")
    call(world, world.expert_colleague, case=request.case_id)
    client_for(world.expert_colleague).get(reverse("cases:detail", args=[request.case_id]))
    last = AuditEvent.objects.filter(action="case.read").latest("at", "pk")
    assert (last.person, last.purpose, last.on_behalf_of) == (world.expert_colleague.person, "ETREAT", None)


@pytest.mark.usefixtures("deputy")
@pytest.mark.parametrize("state", OPEN, ids=str)
def test_the_deputy_takes_over_whatever_waits(world: World, state: str) -> None:
    away(world)
    request, seen = world.request(state), world.seen(state)
    taken = take_over(actor=world.expert_colleague, request_id=request.pk, version=request.version, seen=seen)
    assert (taken.expert_id, taken.status) == (world.expert_colleague.membership, state)


@pytest.mark.usefixtures("deputy")
def test_who_does_not_stand_in_takes_nothing_over(world: World) -> None:
    away(world)
    request = world.request("sent")
    given = {"request_id": request.pk, "version": request.version, "seen": world.seen("sent")}
    for who in ("stranger", "mirrored_expert"):
        actor = World.load("south").expert if who == "mirrored_expert" else world.people[who]
        with pytest.raises(Hidden):
            take_over(actor=actor, **given)  # type: ignore[arg-type]  # its own arguments
    take_over(actor=world.expert_colleague, **given)  # type: ignore[arg-type]  # its own arguments
    with pytest.raises((Conflict, Hidden)):
        take_over(actor=world.expert_colleague, **given)  # type: ignore[arg-type]  # its own arguments


@pytest.mark.usefixtures("deputy")
def test_open_work_of_somebody_who_leaves_goes_to_the_deputy_at_once(world: World) -> None:
    end_membership(actor=world.expert_admin, membership_id=world.expert.acting())
    for state in ("sent", "asked", "accepted", "waiting"):
        request = world.request(state)
        assert request.expert_id == world.expert_colleague.membership
        assert request.status == state
        assert sees(world, state)
        assert not visible_cases(world.expert).filter(pk=request.case_id).exists()
    run.drain()
    told = Notification.objects.filter(kind="request.hand_over", subject=world.request("sent").pk)
    assert set(told.values_list("recipient", flat=True)) == {world.asker.person, world.expert_colleague.person}
    report = Report.objects.get(request=world.request("accepted"))
    assert report.author_id == world.expert_colleague.person


def test_without_a_deputy_the_requester_is_told_to_ask_somebody_else(world: World) -> None:
    end_membership(actor=world.expert_admin, membership_id=world.expert.acting())
    for state in OPEN:
        request = world.request(state)
        assert (request.status, request.end_reason) == ("declined", "absent"), state
    request = world.request("sent")
    run.drain()
    told = Notification.objects.filter(kind="request.expert_left", subject=request.pk)
    assert list(told.values_list("recipient", flat=True)) == [world.asker.person]
    assert not CaseGrant.objects.filter(
        user=world.expert.person, content_object=request.case_id, revoked_at=None
    ).exists()


@pytest.mark.usefixtures("deputy")
def test_a_change_of_role_hands_the_work_over_too(world: World) -> None:
    fields = MembershipFields(role="lab_staff")
    change_membership(actor=world.expert_admin, membership_id=world.expert.acting(), fields=fields, open_work_seen=True)
    assert world.request("sent").expert_id == world.expert_colleague.membership


@pytest.mark.usefixtures("deputy")
def test_a_last_day_that_passes_hands_the_work_over_when_its_time_comes(world: World) -> None:
    last = clock.now() + timedelta(days=9)
    fields = MembershipFields("pathologist", "REG-expert", "Register", valid_until=last, organ_systems=["skin"])
    change_membership(actor=world.expert_admin, membership_id=world.expert.acting(), fields=fields)
    grants = CaseGrant.objects.filter(user=world.expert.person, content_object=world.case("sent"), revoked_at=None)
    assert set(grants.values_list("valid_until", flat=True)) == {last}
    job = Job.objects.get(kind=LOOK_AGAIN, due_at=last)
    assert world.request("sent").expert_id == world.expert.membership
    Membership.objects.filter(pk=world.expert.acting()).update(valid_until=clock.now())
    Job.objects.filter(pk=job.pk).update(due_at=clock.now())
    run.drain()
    assert world.request("sent").expert_id == world.expert_colleague.membership


@pytest.mark.parametrize("state", ["answered", "acknowledged"])
def test_a_last_day_ends_what_is_answered_too(world: World, state: str) -> None:
    """Also for somebody who works elsewhere as well: a grant is the person's."""
    key, last = world.expert.acting(), clock.now() + timedelta(days=9)
    fields = MembershipFields("pathologist", "REG-expert", "Register", valid_until=last, organ_systems=["skin"])
    change_membership(actor=world.expert_admin, membership_id=key, fields=fields)
    grants = CaseGrant.objects.filter(user=world.expert.person, content_object=world.case(state), revoked_at=None)
    assert set(grants.values_list("valid_until", flat=True)) == {last}
    change_membership(actor=world.expert_admin, membership_id=key, fields=replace(fields, valid_until=None))
    sent = world.request(state).sent_at
    assert sent
    assert set(grants.values_list("valid_until", flat=True)) == {sent + LONGEST}


@pytest.mark.usefixtures("deputy")
def test_a_last_day_of_the_deputy_shortens_what_they_read_for_the_expert(world: World) -> None:
    away(world, last=20)
    last = clock.now() + timedelta(days=9)
    fields = MembershipFields("pathologist", "REG-2", "Register", valid_until=last, organ_systems=["skin"])
    change_membership(actor=world.expert_admin, membership_id=world.expert_colleague.acting(), fields=fields)
    reader = world.expert_colleague.person
    grants = CaseGrant.objects.filter(user=reader, content_object=world.case("sent"), revoked_at=None)
    assert set(grants.values_list("valid_until", flat=True)) == {last}


def test_a_draft_of_somebody_who_is_gone_is_discarded_and_the_colleagues_hear_of_the_case(world: World) -> None:
    """Nobody else could see it: not to send it, nor that it is there."""
    draft, key = world.request("draft"), world.asker.acting()
    assert [(work.number, work.is_draft) for work in open_work([key])] == [(draft.number, True)]
    end_membership(actor=world.admin, membership_id=key)
    assert world.request("draft").status == "discarded"
    run.drain()
    told = Notification.objects.filter(kind="request.requester_left", subject=draft.case_id)
    assert list(told.values_list("recipient", flat=True)) == [world.colleague.person]
    opened = client_for(world.colleague).get(reverse("notifications:open", args=[told.get().pk]), follow=True)
    assert opened.redirect_chain[-1][0] == reverse("cases:detail", args=[draft.case_id])


def test_a_draft_of_somebody_who_loses_two_roles_is_named_once(world: World) -> None:
    other = Membership.objects.create(user_id=world.asker.who(), organisation_id=world.asker.lab(), role="trainee")
    work = open_work([world.asker.acting(), other.pk])
    assert [each.number for each in work if each.is_draft] == [world.request("draft").number]


def test_a_draft_stays_with_whoever_has_another_role_there(world: World) -> None:
    Membership.objects.create(user_id=world.asker.who(), organisation_id=world.asker.lab(), role="trainee")
    end_membership(actor=world.admin, membership_id=world.asker.acting())
    assert world.request("draft").status == "draft"


def test_a_draft_goes_with_the_last_day_of_its_author(world: World) -> None:
    key, last = world.asker.acting(), clock.now() + timedelta(days=9)
    fields = MembershipFields("pathologist", "REG-asker", "Register", valid_until=last, organ_systems=["skin"])
    change_membership(actor=world.admin, membership_id=key, fields=fields)
    Membership.objects.filter(pk=key).update(valid_until=clock.now())
    Job.objects.filter(kind=LOOK_AGAIN, subject=key).update(due_at=clock.now())
    run.drain()
    assert world.request("draft").status == "discarded"


def test_news_for_a_requester_who_has_left_reaches_the_colleagues(world: World) -> None:
    end_membership(actor=world.admin, membership_id=world.asker.acting())
    request = world.request("accepted")
    sign_opinion(world, request, world.seen("accepted"))
    run.drain()
    told = Notification.objects.filter(kind="request.answer", subject=request.pk)
    assert list(told.values_list("recipient", flat=True)) == [world.colleague.person]
