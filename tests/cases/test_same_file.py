"""One scan for two slides: whoever sends it is told which other slide has it, and can only go on deliberately."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from cases.models import Denial, Slide
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from core.errors import Refusal
from slides.actions.link import link
from slides.actions.take_off import take_off
from slides.models import SlideImage
from slides.same_file import SameFile
from tests.cases.test_uploading import SEEN, a_file, files, url
from tests.cast import CANARY, Answer, World
from tests.workflow.test_races import together

SignIn = Callable[[Actor], Client]
SCAN = b"II*\x00 pixels"
HASH = hashlib.sha256(SCAN).hexdigest()
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def slide_root(world: World, settings: LazySettings, tmp_path: Path) -> Path:
    """A slide folder of the test's own."""
    settings.SLIDE_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def bare(world: World) -> Slide:
    """A slide of the case that was sent, without an image."""
    return _without_image(world.slides("sent")[0])


@pytest.fixture
def other(world: World, sign_in: SignIn) -> Slide:
    """A slide of another case and patient, to which the scan was sent before."""
    slide = _without_image(world.slides("accepted")[0])
    assert sign_in(world.staff).post(url(slide), {**SEEN, "file": a_file(SCAN)}).status_code == 302
    return slide


def _without_image(slide: Slide) -> Slide:
    SlideImage.objects.filter(slide=slide).delete()
    return slide


def send(client: Client, slide: Slide, content: bytes = SCAN, **more: str) -> Answer:
    """What the page's script sends."""
    return client.post(url(slide), {**SEEN, **more, "file": a_file(content)}, headers=JSON)


def test_the_scan_of_another_case_is_not_linked_and_that_case_is_named(
    world: World, sign_in: SignIn, bare: Slide, other: Slide, slide_root: Path
) -> None:
    answer = send(sign_in(world.staff), bare)
    assert answer.status_code == 409
    said = answer.json()
    assert said["type"] == "urn:consilium:problem:same-file"
    assert f"slide {other.label} of case {other.case.accession_number}, " in said["title"]
    assert other.case.patient.family_name.upper() in said["title"]
    assert said["current"] == {"sha256": HASH}
    assert not SlideImage.objects.filter(slide=bare).exists()
    assert len(files(slide_root)) == 1, "the file that was refused is not kept"


def test_the_page_without_a_script_asks_as_well(world: World, sign_in: SignIn, bare: Slide, other: Slide) -> None:
    client = sign_in(world.staff)
    answer = client.post(url(bare), {**SEEN, "file": a_file(SCAN)})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert other.case.accession_number in page
    assert f'name="same_file" value="{HASH}"' in page
    confirmed = client.post(url(bare), {**SEEN, "same_file": HASH, "file": a_file(SCAN)})
    assert confirmed.status_code == 302


def test_who_goes_on_deliberately_links_it_and_the_record_says_so(
    world: World, sign_in: SignIn, bare: Slide, other: Slide
) -> None:
    assert send(sign_in(world.staff), bare, same_file=HASH).status_code == 200
    image = SlideImage.objects.get(slide=bare)
    event = AuditEvent.objects.get(action="image.linked", object_id=image.pk)
    assert event.facts["same_file_as"] == [str(other.pk)]


@pytest.mark.parametrize("confirmed", ["on", "yes", hashlib.sha256(b"another").hexdigest()])
def test_a_confirmation_is_for_one_file_only(
    world: World, sign_in: SignIn, bare: Slide, other: Slide, confirmed: str
) -> None:
    assert send(sign_in(world.staff), bare, same_file=confirmed).status_code == 409


def test_another_slide_of_the_same_case_is_named_by_its_label(world: World, sign_in: SignIn, bare: Slide) -> None:
    sibling = _without_image(world.slides("sent")[1])
    client = sign_in(world.staff)
    assert send(client, sibling).status_code == 200
    assert send(client, bare).json()["title"] == (f"This very file is the image of slide {sibling.label} of this case.")


def test_who_may_not_see_the_other_case_learns_only_that_there_is_one(
    world: World, sign_in: SignIn, bare: Slide, other: Slide
) -> None:
    Denial.objects.create(
        case=other.case,
        user_id=world.staff.who(),
        kind="conflict",
        source_kind="request",
        source_id=other.case_id,
        valid_from=clock.now(),
    )
    title = send(sign_in(world.staff), bare).json()["title"]
    assert title == "This very file is the image of another slide of your laboratory, in a case that you may not see."
    assert CANARY not in title


def test_another_laboratorys_scan_is_nobodys_business(
    world: World, mirror: World, sign_in: SignIn, bare: Slide, other: Slide
) -> None:
    theirs = _without_image(mirror.slides("sent")[0])
    assert send(sign_in(mirror.staff), theirs).status_code == 200


def test_an_image_taken_off_the_wrong_slide_goes_to_the_right_one_without_a_question(
    world: World, sign_in: SignIn, bare: Slide, other: Slide
) -> None:
    take_off(actor=world.staff, slide_id=other.pk, seen=None, reason="Another slide's")
    assert send(sign_in(world.staff), bare).status_code == 200


def test_an_image_that_was_prepared_before_counts_too(world: World, sign_in: SignIn, bare: Slide, other: Slide) -> None:
    SlideImage.objects.filter(slide=other).update(status="unreadable", problem="truncated")
    assert send(sign_in(world.staff), bare).status_code == 409
    assert send(sign_in(world.staff), other).status_code == 200, "its own file once more is no other slide's"
    assert send(sign_in(world.staff), bare, b"II*\x00 other pixels").status_code == 200


@pytest.mark.commits
def test_of_two_who_send_one_scan_at_once_the_second_is_told(world: World, slide_root: Path) -> None:
    (slide_root / "a.svs").write_bytes(SCAN)
    slides = [_without_image(world.slides(name)[0]) for name in ("sent", "accepted")]
    acts = [
        lambda slide=slide: link(actor=world.staff, slide_id=slide.pk, seen=None, path="a.svs", sha256=HASH)
        for slide in slides
    ]
    results: list[Refusal | None] = together(*acts)
    assert results.count(None) == 1
    assert [type(each) for each in results if each] == [SameFile]
    assert SlideImage.objects.filter(file_sha256=HASH).count() == 1
