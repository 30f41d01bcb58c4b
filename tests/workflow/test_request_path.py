"""The path of a request, at the level of its actions, against the real database."""

import pytest

from cases.access.lock import Seen
from cases.access.pages import case_page
from cases.access.queries import may_see_slide, visible_cases, visible_slides
from consult.reports.models import Report, ReportDocument
from consult.reports.policy import visible_reports
from consult.requests.actions.accept import accept
from consult.requests.actions.decline import decline
from consult.requests.actions.send import send
from consult.requests.policy import visible_requests
from core.errors import Conflict, Hidden
from core.jobs import run
from core.jobs.models import Job
from notifications.models import Notification
from tests.cast import World


def test_before_sending_the_expert_sees_nothing_of_the_case(world: World) -> None:
    case = world.case("draft")
    assert not visible_cases(world.expert).filter(pk=case.pk).exists()
    assert not visible_requests(world.expert).filter(case=case).exists()
    assert not may_see_slide(world.expert, world.slides("draft")[0].pk)


def test_from_sending_on_the_expert_sees_the_case_and_only_the_named_slides(world: World) -> None:
    case, (shared, kept) = world.case("sent"), world.slides("sent")
    assert visible_cases(world.expert).filter(pk=case.pk).exists()
    assert case.pk in {each.pk for each in case_page(world.expert, size=200).cases}
    assert may_see_slide(world.expert, shared.pk)
    assert not may_see_slide(world.expert, kept.pk)


def test_the_expert_s_laboratory_sees_nothing_of_the_case_by_itself(world: World) -> None:
    assert not visible_cases(world.expert_colleague).exists()
    assert not visible_slides(world.expert_colleague).exists()


@pytest.mark.parametrize("state", ["closed", "declined", "withdrawn"])
def test_when_a_request_has_ended_the_slides_are_closed(world: World, state: str) -> None:
    assert not visible_cases(world.expert).filter(pk=world.case(state).pk).exists()
    assert not may_see_slide(world.expert, world.slides(state)[0].pk)


def test_the_answering_laboratory_keeps_request_and_report_after_closing(world: World) -> None:
    closed = world.request("closed")
    assert closed.report_id
    for actor in (world.expert, world.expert_colleague):
        assert visible_requests(actor).filter(pk=closed.pk).exists()
        assert visible_reports(actor).filter(pk=closed.report_id).exists()


def test_a_second_accept_is_a_conflict(world: World) -> None:
    request = world.request("accepted")
    with pytest.raises(Conflict):
        accept(actor=world.expert, request_id=request.pk, version=request.version, seen=world.seen("accepted"))


def test_a_draft_does_not_cross_to_a_case_whose_identity_has_changed(world: World) -> None:
    request = world.request("draft")
    with pytest.raises(Conflict):
        send(actor=world.asker, request_id=request.pk, version=request.version, seen=Seen(1, 2))
    request.refresh_from_db()
    assert request.status == "draft"


def test_hidden_and_absent_requests_are_the_same_answer(world: World, mirror: World) -> None:
    for request in (world.request("sent"), mirror.request("sent")):
        with pytest.raises(Hidden):
            accept(actor=world.stranger, request_id=request.pk, version=request.version, seen=None)


def test_a_signature_makes_one_document_and_tells_the_requester(world: World) -> None:
    run.drain()
    report = world.report("answered")
    assert ReportDocument.objects.filter(version__report=report).count() == 1
    request = world.request("answered")
    told = Notification.objects.filter(subject=request.pk, recipient=world.asker.person, kind="request.answer")
    assert told.count() == 1


@pytest.mark.parametrize("state", ["accepted", "waiting"])
def test_an_expert_hands_back_what_was_accepted(world: World, state: str) -> None:
    """The access ends, the draft is discarded, the requester is told, and somebody else can be asked."""
    request = world.request(state)
    decline(actor=world.expert, request_id=request.pk, version=request.version, seen=None, reason="absent")
    request.refresh_from_db()
    assert (request.status, request.end_reason) == ("declined", "absent")
    assert not visible_cases(world.expert).filter(pk=request.case_id).exists()
    if request.report_id:
        assert Report.objects.get(pk=request.report_id).status == "discarded"
    assert Job.objects.filter(kind="requests.tell_requester", subject=request.pk).exists()
