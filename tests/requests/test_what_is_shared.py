"""What leaves with a request: how much of the case, whether the own report, and to whom it cannot go any more."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.end_membership import end_membership
from cases.models import Slide
from consult.reports.models import Report
from consult.reports.models.report import Kind
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.send import send
from consult.requests.models import ConsultRequest
from core.actor import Actor
from tests.cast import World
from tests.requests.screen import on_screen, text_of

SignIn = Callable[[Actor], Client]


def test_the_check_page_says_how_many_of_the_cases_slides_are_shared(world: World, sign_in: SignIn) -> None:
    request = world.request("draft")
    assert (request.slides.count(), request.case.slides.count()) == (1, 2)
    page = text_of(sign_in(world.asker), reverse("requests:check", args=[request.pk]))
    assert "1 of 2 slides of the case" in page


def test_the_check_page_names_the_site_of_the_part_and_the_level_of_the_slide(world: World, sign_in: SignIn) -> None:
    Slide.objects.filter(pk=world.slides("draft")[0].pk).update(level="3")
    page = text_of(sign_in(world.asker), reverse("requests:check", args=[world.request("draft").pk]))
    assert "<dt>A, Excision, left arm</dt>" in page
    assert re.search(r"<dd>A1-HE, [^<]+, level 3</dd>", page)


@pytest.mark.parametrize("who", ["asker", "colleague", "staff", "expert"])
@pytest.mark.parametrize("page", ["requests:detail", "desk:preview"])
def test_a_slide_opens_beside_the_question_with_the_way_back(
    world: World, sign_in: SignIn, who: str, page: str
) -> None:
    request, shared, client = world.request("sent"), world.slides("sent")[0], sign_in(world.people[who])
    address = f"{reverse('requests:read', args=[request.pk])}?slide={shared.pk}"
    assert f'href="{address}"' in text_of(client, reverse(page, args=[request.pk]))
    reading = text_of(client, address)
    assert re.search(rf'data-slide="{shared.pk}"[^>]*aria-current="true"', reading)
    assert request.question in reading
    assert f'href="{reverse("requests:detail", args=[request.pk])}"' in reading


def _send(world: World, *, with_report: bool) -> ConsultRequest:
    """Send the draft with the own report, or without it."""
    request, seen = world.request("draft"), world.seen("draft")
    draft = Draft(shares_first_report=with_report)
    request = edit(actor=world.asker, request_id=request.pk, version=request.version, seen=seen, draft=draft)
    return send(actor=world.asker, request_id=request.pk, version=request.version, seen=seen)


def _reads_the_own_report(world: World, client: Client, request: ConsultRequest) -> list[bool]:
    """Whether the expert finds its text beside the slides, and whether its own page opens."""
    report = Report.objects.get(case=world.case("draft"), kind=Kind.RECEIVED)
    bench = text_of(client, reverse("requests:read", args=[request.pk]))
    return ["Melanocytic lesion." in bench, client.get(reverse("reports:detail", args=[report.pk])).status_code == 200]


def test_an_own_report_that_is_kept_back_does_not_reach_the_expert(world: World, sign_in: SignIn) -> None:
    request = _send(world, with_report=False)
    assert _reads_the_own_report(world, sign_in(world.expert), request) == [False, False]


def test_an_own_report_that_is_shared_does(world: World, sign_in: SignIn) -> None:
    request = _send(world, with_report=True)
    assert _reads_the_own_report(world, sign_in(world.expert), request) == [True, True]


def test_a_request_to_somebody_who_has_left_is_not_sent(world: World, sign_in: SignIn) -> None:
    request = world.request("draft")
    assert world.expert.membership
    end_membership(actor=world.expert_admin, membership_id=world.expert.membership)
    answer = sign_in(world.asker).post(reverse("requests:check", args=[request.pk]), on_screen(request))
    request.refresh_from_db()
    assert (answer.status_code, request.status) == (422, "draft")
    assert "This expert cannot be asked any more." in answer.content.decode()
