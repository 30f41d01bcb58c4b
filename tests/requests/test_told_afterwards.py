"""Who relied on what was sent is told when it is changed under them: an image taken off, a case moved or renumbered."""

from collections.abc import Callable, Mapping
from uuid import UUID

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from cases.models import Slide
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor
from core.jobs import run
from core.jobs.models import Job
from notifications.models import Notification
from slides.actions.take_off import take_off
from slides.models import SlideImage
from tests.cast import CANARY, World
from tests.requests.changes import NEW_NUMBER, Changing, move, relabel, rename, renumber, rewrite

SignIn = Callable[[Actor], Client]
REASON = "Belongs to N-other"
STATES = ("sent", "accepted", "waiting", "answered", "acknowledged")


def shared_slide(request: ConsultRequest) -> Slide:
    """The slide that the request shares."""
    return request.slides.get().slide


def take_image_off(world: World, request: ConsultRequest, *, who: str = "staff", was_ready: bool = True) -> SlideImage:
    """Give the shared slide an image that people may have seen, and take it off again."""
    slide = shared_slide(request)
    SlideImage.objects.filter(slide=slide).delete()
    ready = {"status": "ready", "content_version": "c" * 16, "sha256": "d" * 64} if was_ready else {}
    SlideImage.objects.create(slide=slide, path="a.svs", linked_at=clock.now(), **ready)
    return take_off(actor=world.people[who], slide_id=slide.pk, seen=None, reason=REASON)


def told(request: ConsultRequest) -> dict[UUID, Notification]:
    """What was said about it since, by person."""
    run.drain()
    kinds = ("request.image", "request.changed")
    rows = [row for row in Notification.objects.filter(subject=request.pk) if row.kind.startswith(kinds)]
    assert len({row.recipient_id for row in rows}) == len(rows), "each person once"
    return {row.recipient_id: row for row in rows}


def assert_free_of_patient(texts: Mapping[str, str]) -> None:
    """Nothing that names the patient, the case, the slide or the reason."""
    for where, text in texts.items():
        found = [word for word in (CANARY, CANARY.title(), "Given", NEW_NUMBER, "N-", "A1-HE", REASON) if word in text]
        assert found == [], where


@pytest.mark.parametrize("state", STATES)
def test_both_sides_are_told_of_an_image_that_was_taken_off(world: World, state: str) -> None:
    request = world.request(state)
    take_image_off(world, request)
    found = told(request)
    assert set(found) == {world.asker.person, world.expert.person}
    for row in found.values():
        assert world.staff.name in row.sentence and request.number in row.sentence
        assert ("after the opinion was signed" in row.sentence) == (state in {"answered", "acknowledged"})
        assert row.url == reverse("requests:detail", args=[request.pk])
        assert row.about.needs_action


@pytest.mark.parametrize("change", [move, renumber])
@pytest.mark.parametrize("state", ["answered", "acknowledged"])
def test_both_sides_are_told_of_another_patient_or_number_after_the_signature(
    world: World, state: str, change: Changing
) -> None:
    request = world.request(state)
    change(world, request)
    found = told(request)
    assert set(found) == {world.asker.person, world.expert.person}
    for row in found.values():
        assert "The signed opinion names what was sent." in row.sentence
        assert request.number in row.sentence


@pytest.mark.parametrize("change", [relabel, rename, rewrite])
def test_what_the_signed_opinion_stands_without_is_not_told(world: World, change: Changing) -> None:
    request = world.request("answered")
    change(world, request)
    assert told(request) == {}


@pytest.mark.parametrize("change", [move, take_image_off])
def test_after_the_end_the_expert_is_told_without_number_or_name(
    world: World, sign_in: SignIn, change: Callable[[World, ConsultRequest], object]
) -> None:
    request = world.request("closed")
    change(world, request)
    found = told(request)
    expert, asker = found[world.expert.who()], found[world.asker.who()]
    assert asker.number == request.number
    assert (expert.kind, expert.number, expert.person_name) == ("request.changed_without_case", "", "")
    assert world.staff.name not in expert.sentence
    assert sign_in(world.expert).get(expert.url).status_code == 200, "the own record of the request"


def test_who_has_left_the_laboratory_is_told_in_the_inbox_only(world: World, sign_in: SignIn) -> None:
    request = world.request("answered")
    Membership.objects.filter(pk=world.expert.acting()).update(valid_until=clock.now())
    take_image_off(world, request)
    row = told(request)[world.expert.who()]
    assert (row.kind, row.number, row.person_name) == ("request.changed_without_request", "", "")
    assert row.url == reverse("notifications:list")
    assert str(request.pk) not in row.url


@pytest.mark.parametrize("change", [move, renumber, take_image_off])
@pytest.mark.parametrize("state", ["answered", "closed"])
def test_the_mail_names_no_patient(world: World, state: str, change: Callable[[World, ConsultRequest], object]) -> None:
    request = world.request(state)
    mail.outbox.clear()
    change(world, request)
    rows = told(request)
    assert len(mail.outbox) == 2
    assert_free_of_patient({message.to[0]: f"{message.subject}\n{message.body}" for message in mail.outbox})
    assert_free_of_patient({row.kind: row.sentence for row in rows.values()})
    for job in Job.objects.filter(kind__startswith="requests.tell_of"):
        assert set(job.payload) <= {"membership", "image"}


def test_who_took_it_off_is_not_told_and_an_image_that_nobody_could_see_concerns_nobody(world: World) -> None:
    accepted, sent = world.request("accepted"), world.request("waiting")
    take_image_off(world, accepted, who="asker")
    assert set(told(accepted)) == {world.expert.person}
    take_image_off(world, sent, was_ready=False)
    assert told(sent) == {}


@pytest.mark.parametrize("state", ["draft", "declined", "withdrawn"])
def test_nobody_has_relied_on_a_request_without_an_opinion(world: World, state: str) -> None:
    request = world.request(state)
    take_image_off(world, request)
    assert told(request) == {}


def test_a_slide_that_was_not_shared_concerns_nobody(world: World) -> None:
    request = world.request("accepted")
    other = Slide.objects.filter(case=request.case_id).exclude(pk=shared_slide(request).pk).get()
    ready = {"status": "ready", "content_version": "c" * 16, "sha256": "d" * 64}
    SlideImage.objects.create(slide=other, path="a.svs", linked_at=clock.now(), **ready)
    take_off(actor=world.staff, slide_id=other.pk, seen=None, reason=REASON)
    assert told(request) == {}
