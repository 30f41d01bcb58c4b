"""Giving a slide its image: who may, how much, what is left when it fails."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.actions.end_membership import end_membership
from cases.actions.close import close
from cases.models import Slide
from core.actor import Actor
from core.jobs.models import Job
from slides.models import SlideImage
from slides.uploads import SlideUploadHandler, discard
from tests.cast import World

SignIn = Callable[[Actor], Client]
SEEN = {"seen_case": "1", "seen_patient": "1"}


@pytest.fixture(autouse=True)
def slide_root(world: World, settings: LazySettings, tmp_path: Path) -> Path:
    """A slide folder of the test's own; the world is made before, into the usual one."""
    settings.SLIDE_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def bare(world: World) -> Slide:
    """A slide of the case that was sent, without an image."""
    slide = world.slides("sent")[0]
    SlideImage.objects.filter(slide=slide).delete()
    return slide


def url(slide: Slide) -> str:
    return reverse("slides:upload", args=[slide.pk])


def a_file(content: bytes = b"II*\x00 pixels", name: str = "Zwartkopmees Anna.SVS") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_a_random_name_and_prepared(
    world: World, sign_in: SignIn, bare: Slide, slide_root: Path
) -> None:
    client = sign_in(world.staff)
    assert client.get(url(bare)).status_code == 200
    answer = client.post(url(bare), {**SEEN, "file": a_file()})
    assert answer["Location"] == f"{reverse('cases:detail', args=[bare.case_id])}#material"
    image = SlideImage.objects.get(slide=bare)
    (kept,) = files(slide_root)
    assert kept == slide_root / image.path and kept.read_bytes() == b"II*\x00 pixels"
    assert image.path.startswith(f"uploads/{world.staff.lab().hex}/") and image.path.endswith(".svs")
    assert "wart" not in image.path.lower()
    assert Job.objects.filter(kind="slides.ingest", subject=image.pk).count() == 1


def test_a_script_gets_the_address_to_go_to(world: World, sign_in: SignIn, bare: Slide) -> None:
    answer = sign_in(world.staff).post(url(bare), {**SEEN, "file": a_file()}, headers={"Accept": "application/json"})
    assert answer.json()["url"].startswith("/cases/")


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("admin", 404), ("expert", 403), ("expert_colleague", 404)]
)
def test_others_give_no_image_and_not_a_byte_is_taken(
    world: World, sign_in: SignIn, bare: Slide, slide_root: Path, who: str, status: int
) -> None:
    client = sign_in(world.people[who])
    assert client.get(url(bare)).status_code == status
    assert client.post(url(bare), {**SEEN, "file": a_file()}).status_code == status
    assert files(slide_root) == []


def test_nobody_without_signing_in(bare: Slide, slide_root: Path) -> None:
    assert Client().post(url(bare), {**SEEN, "file": a_file()}).status_code == 302
    assert files(slide_root) == []


def test_another_sites_form_is_refused_and_leaves_nothing(
    world: World, sign_in: SignIn, bare: Slide, slide_root: Path
) -> None:
    client = sign_in(world.staff)
    client.handler.enforce_csrf_checks = True
    assert client.post(url(bare), {**SEEN, "file": a_file()}).status_code == 403
    assert files(slide_root) == []
    assert not SlideImage.objects.filter(slide=bare).exists()


def test_a_file_above_the_limit_is_refused_and_leaves_nothing(
    world: World, sign_in: SignIn, bare: Slide, settings: LazySettings, slide_root: Path
) -> None:
    settings.SLIDE_UPLOAD_MAX_BYTES = 1000
    for size in (1001, 500_000):
        assert sign_in(world.staff).post(url(bare), {**SEEN, "file": a_file(b"x" * size)}).status_code == 413
    assert files(slide_root) == []


@pytest.mark.parametrize("fields", [{}, {"file": ""}])
def test_no_file_is_said(world: World, sign_in: SignIn, bare: Slide, fields: dict[str, str]) -> None:
    answer = sign_in(world.staff).post(url(bare), fields)
    assert answer.status_code == 422 and "Choose a file" in answer.content.decode()


@pytest.mark.parametrize(("sent", "status"), [({"seen_patient": "2"}, 409), ({"seen_case": "7"}, 409), (None, 422)])
def test_a_file_sent_from_an_outdated_screen_is_refused_and_leaves_nothing(
    world: World, sign_in: SignIn, bare: Slide, slide_root: Path, sent: dict[str, str] | None, status: int
) -> None:
    """In two tabs with two cases, or after a correction: the image must not land under another patient."""
    body = {} if sent is None else {**SEEN, **sent}
    answer = sign_in(world.staff).post(url(bare), {**body, "file": a_file()}, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert files(slide_root) == []
    assert not SlideImage.objects.filter(slide=bare).exists()


def test_the_page_carries_the_versions_that_it_shows(world: World, sign_in: SignIn, bare: Slide) -> None:
    page = sign_in(world.staff).get(url(bare)).content.decode()
    for name in SEEN:
        assert f'type="hidden" name="{name}" value="1"' in page


def test_a_slide_with_an_image_keeps_it(world: World, sign_in: SignIn, bare: Slide, slide_root: Path) -> None:
    client = sign_in(world.staff)
    client.post(url(bare), {**SEEN, "file": a_file()})
    assert client.post(url(bare), {**SEEN, "file": a_file(b"other")}).status_code == 409
    assert len(files(slide_root)) == 1


def test_an_unreadable_image_gets_another_file(
    world: World,
    sign_in: SignIn,
    bare: Slide,
    slide_root: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client = sign_in(world.staff)
    client.post(url(bare), {**SEEN, "file": a_file()})
    SlideImage.objects.filter(slide=bare).update(status="unreadable", problem="truncated")
    assert "incomplete" in client.get(url(bare)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url(bare), {**SEEN, "file": a_file(b"whole")}).status_code == 302
    image = SlideImage.objects.get(slide=bare)
    assert (image.status, image.problem) == ("waiting", "")
    assert [path.read_bytes() for path in files(slide_root)] == [b"whole"]


def test_a_closed_case_gets_no_images(world: World, sign_in: SignIn, bare: Slide) -> None:
    close(actor=world.staff, case_id=bare.case_id, seen=None)
    assert sign_in(world.staff).get(url(bare)).status_code == 409


@pytest.mark.parametrize("path", ["../outside.svs", "elsewhere/a.svs", "/etc/hostname"])
def test_only_files_that_were_sent_in_are_ever_removed(slide_root: Path, path: str) -> None:
    (slide_root / "elsewhere").mkdir()
    (slide_root / "elsewhere" / "a.svs").write_bytes(b"x")
    discard(path)
    assert len(files(slide_root)) == 1


def test_whoever_leaves_while_the_file_comes_in_gives_no_image(
    world: World, sign_in: SignIn, bare: Slide, slide_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(world.staff)
    complete = SlideUploadHandler.file_complete

    def leave_first(self: SlideUploadHandler, file_size: int) -> object:
        end_membership(actor=world.admin, membership_id=world.staff.acting())
        return complete(self, file_size)

    monkeypatch.setattr(SlideUploadHandler, "file_complete", leave_first)
    answer = client.post(url(bare), {**SEEN, "file": a_file()})
    assert answer.status_code != 302 or "login" in answer["Location"]
    assert not SlideImage.objects.filter(slide=bare).exists()
    assert files(slide_root) == []
