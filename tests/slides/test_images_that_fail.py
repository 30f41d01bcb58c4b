"""Images that are no longer what was prepared, and work on images that is cut short: what people meet."""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from PIL import Image

from cases.models import Slide
from core import clock
from core.actor import Actor, system
from core.audit.models import AuditEvent
from core.errors import Forbidden
from core.jobs import run
from core.jobs.models import Job, State
from core.workflow.models import TimelineEntry
from slides.actions.expect import arrived, expect
from slides.actions.link import link
from slides.actions.recheck import recheck
from slides.effects import ingest
from slides.ingest import IngestFailedError, Limits, limited, run_limited
from slides.models import SlideImage
from slides.queries import opened_slides, slide_for_tiles
from slides.sources.errors import MESSAGES, UnreadableSlide
from slides.states import INGEST, Status
from slides.tiles.app import TileApplication
from slides.tiles.authority import DjangoAuthority
from tests.cast import World

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]
WATCHER = system("test")


@pytest.fixture
def root(world: World, settings: LazySettings, tmp_path: Path) -> Path:
    """A slide folder of the test's own; the world is made before, into the usual one."""
    settings.SLIDE_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def slide(world: World) -> Slide:
    """A slide that the expert may look at, without an image so far."""
    return world.slides("accepted")[0]


def picture(path: Path, grey: int = 60) -> None:
    """A small picture; another number makes another one."""
    Image.effect_noise((600, 400), grey).convert("RGB").save(path, quality=80)


def prepared(world: World, slide: Slide, root: Path) -> SlideImage:
    """The slide's image, by the real ingest."""
    picture(root / "a.jpg")
    image = link(actor=world.asker, slide_id=slide.pk, seen=None, path="a.jpg")
    return work(image)


def work(image: SlideImage) -> SlideImage:
    """Do the image's newest job."""
    run.run(Job.objects.filter(subject=image.pk, kind=INGEST).latest("created_at", "pk").pk)
    image.refresh_from_db()
    return image


def meta(client: Client, slide: Slide) -> Any:
    answer = client.get(reverse("slides:meta", args=[slide.pk]))
    assert answer.status_code == 200
    return answer.json()


def restore(path: Path) -> None:
    """The same bytes as another file, as a backup brings them back."""
    new = path.with_name("restored")
    shutil.copyfile(path, new)
    new.replace(path)


def test_a_changed_file_takes_its_image_out_of_use_and_says_what_to_do(
    world: World, sign_in: SignIn, root: Path, slide: Slide
) -> None:
    image = prepared(world, slide, root)
    expert = sign_in(world.expert)
    assert meta(expert, slide)["status"] == "ready"
    picture(root / "a.jpg", 90)
    told = meta(expert, slide)
    assert (told["status"], told["levels"], told["version"]) == ("unreadable", [], "")
    assert "was changed after it was prepared" in told["problem"]
    assert "try again" in told["problem"]
    image.refresh_from_db()
    assert (image.status, image.problem) == (Status.UNREADABLE, "changed")
    assert slide_for_tiles(expert.session.session_key or "", str(slide.pk)).status == 404
    assert TimelineEntry.objects.get(noun_id=image.pk, action="distrust").case == slide.case_id
    assert AuditEvent.objects.get(object_id=str(image.pk), action="image.distrusted").facts["sha256"] == image.sha256
    page = sign_in(world.staff).get(reverse("cases:detail", args=[slide.case_id])).content.decode()
    assert "was changed after it was prepared" in page


def test_a_restored_file_is_tried_again_and_is_the_same_image(
    world: World, sign_in: SignIn, root: Path, slide: Slide
) -> None:
    before = prepared(world, slide, root)
    known = (before.sha256, before.content_version)
    sign_in(world.expert).post(reverse("slides:opened", args=[slide.pk]))
    restore(root / "a.jpg")
    assert not recheck(actor=WATCHER, slide_id=slide.pk)
    staff = sign_in(world.staff)
    assert staff.post(reverse("slides:retry", args=[slide.pk])).json()["status"] == "waiting"
    image = work(before)
    assert (image.status, image.sha256, image.content_version) == (Status.READY, *known)
    assert recheck(actor=WATCHER, slide_id=slide.pk)
    assert opened_slides(world.expert.person, [slide.pk]) == {slide.pk}, "it is the image that the expert has seen"


def test_another_image_in_its_place_is_never_shown_by_trying_again(
    world: World, sign_in: SignIn, root: Path, slide: Slide
) -> None:
    image = prepared(world, slide, root)
    sha256 = image.sha256
    picture(root / "a.jpg", 90)
    recheck(actor=WATCHER, slide_id=slide.pk)
    staff = sign_in(world.staff)
    staff.post(reverse("slides:retry", args=[slide.pk]))
    image = work(image)
    assert (image.status, image.problem, image.sha256) == (Status.UNREADABLE, "exchanged", sha256)
    assert "no longer holds the image" in meta(staff, slide)["problem"]
    picture(root / "b.jpg", 90)
    link(actor=world.asker, slide_id=slide.pk, seen=None, path="b.jpg")
    image = work(image)
    assert image.status == Status.READY
    assert image.sha256 != sha256
    assert AuditEvent.objects.filter(object_id=str(image.pk), action="image.linked", facts__before=sha256).exists()
    assert (root / "a.jpg").exists()


def test_a_file_that_is_away_is_said_and_comes_back_by_itself(
    world: World, sign_in: SignIn, root: Path, slide: Slide
) -> None:
    prepared(world, slide, root)
    expert = sign_in(world.expert)
    (root / "a.jpg").rename(root / "elsewhere")
    assert not recheck(actor=WATCHER, slide_id=slide.pk)
    told = meta(expert, slide)
    assert (told["status"], told["levels"]) == ("unreadable", [])
    assert "no longer where it was" in told["problem"]
    assert SlideImage.objects.get(slide=slide).status == Status.READY


def test_what_was_lost_of_the_prepared_files_is_made_again_without_anybody(
    world: World, sign_in: SignIn, root: Path, slide: Slide
) -> None:
    image = prepared(world, slide, root)
    shutil.rmtree(image.prepared_root)
    assert meta(sign_in(world.expert), slide)["status"] == "waiting"
    image = work(image)
    assert image.status == Status.READY
    assert meta(sign_in(world.expert), slide)["status"] == "ready"


def test_a_file_that_is_still_made_is_prepared_once_the_system_says_that_it_is_there(
    world: World, root: Path, slide: Slide
) -> None:
    image = expect(actor=world.asker, slide_id=slide.pk, path="made.jpg")
    with pytest.raises(Forbidden):
        arrived(actor=world.asker, image_id=image.pk)
    picture(root / "made.jpg")
    arrived(actor=WATCHER, image_id=image.pk)
    assert work(image).status == Status.READY


def test_a_person_distrusts_nothing(world: World, root: Path, slide: Slide) -> None:
    prepared(world, slide, root)
    picture(root / "a.jpg", 90)
    with pytest.raises(Exception, match="for somebody else"):
        recheck(actor=world.asker, slide_id=slide.pk)


@pytest.mark.commits
def test_the_tile_process_finds_out_refuses_and_takes_the_image_out_of_use(
    world: World, sign_in: SignIn, root: Path, slide: Slide
) -> None:
    image = prepared(world, slide, root)
    key = sign_in(world.expert).session.session_key
    application = TileApplication(DjangoAuthority(), "session")

    def ask(path: str) -> int:
        heard: list[str] = []
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_COOKIE": f"session={key}"}
        b"".join(application(environ, lambda status, headers: heard.append(status)))
        return int(heard[0][:3])

    start = f"/tiles/{slide.pk}/{image.content_version}"
    assert ask(f"{start}/0/0_0.jpg") == 200
    picture(root / "a.jpg", 90)
    application.forget_permissions()  # at the latest five seconds later
    assert ask(f"{start}/0/0_0.jpg") == 404
    assert ask(f"{start}/thumbnail.jpg") == 404
    image.refresh_from_db()
    assert (image.status, image.problem) == (Status.UNREADABLE, "changed")


# ---- cut short ----


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes the ingest process end by itself in the middle of its work."""

    def by(statement: str) -> None:
        words = '{"progress": 0.4, "step": "Checking the file"}'
        code = f"import os, signal, sys; sys.stdin.readline(); print('{words}', flush=True); {statement}"
        monkeypatch.setattr(limited, "python_module", lambda name: [sys.executable, "-c", code])

    return by


def say_nothing(part: float, step: str) -> None:
    """A progress callback for those who do not care."""


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_killed_child_is_the_machines_fault(
    made_slide: Path, tmp_path: Path, dying: Callable[[str], None], name: str
) -> None:
    dying(f"os.kill(os.getpid(), signal.{name})")
    with pytest.raises(IngestFailedError, match=str(-getattr(signal, name))):
        run_limited(made_slide, tmp_path / "out", say_nothing)


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGXCPU"])
def test_a_child_that_breaks_on_what_it_reads_or_wants_too_much_is_the_files(
    made_slide: Path, tmp_path: Path, dying: Callable[[str], None], name: str
) -> None:
    dying(f"os.kill(os.getpid(), signal.{name})")
    with pytest.raises(UnreadableSlide) as caught:
        run_limited(made_slide, tmp_path / "out", say_nothing)
    assert caught.value.code == "too_demanding"


def test_a_child_that_ends_without_a_word_is_ours(
    made_slide: Path, tmp_path: Path, dying: Callable[[str], None]
) -> None:
    dying("sys.exit(1)")
    with pytest.raises(IngestFailedError, match="ended with 1"):
        run_limited(made_slide, tmp_path / "out", say_nothing)


def test_patience_ends_before_the_task_that_has_it(settings: LazySettings) -> None:
    assert Limits().wall_seconds < 0.85 * settings.TASK_TIME_LIMIT
    assert Limits().cpu_seconds < Limits().wall_seconds


def test_killed_work_is_tried_again_and_only_at_the_end_the_computer_is_blamed(
    world: World, sign_in: SignIn, root: Path, slide: Slide, dying: Callable[[str], None]
) -> None:
    picture(root / "a.jpg")
    image = link(actor=world.asker, slide_id=slide.pk, seen=None, path="a.jpg")
    dying("os.kill(os.getpid(), signal.SIGKILL)")
    image = work(image)
    job = Job.objects.get(subject=image.pk)
    assert (job.state, job.attempts) == (State.WAITING, 1)
    assert image.status == Status.PREPARING
    assert "tried again by itself" in meta(sign_in(world.staff), slide)["step"]
    Job.objects.filter(pk=job.pk).update(attempts=run.MOST_ATTEMPTS - 1, due_at=clock.now())
    image = work(image)
    job.refresh_from_db()
    assert (job.state, image.status, image.problem) == (State.FAILED, Status.UNREADABLE, "machine")
    problem = meta(sign_in(world.staff), slide)["problem"]
    assert "by the computer" in problem
    assert "damaged" not in problem


def test_killed_work_succeeds_when_it_is_tried_again(
    world: World, root: Path, slide: Slide, monkeypatch: pytest.MonkeyPatch, dying: Callable[[str], None]
) -> None:
    picture(root / "a.jpg")
    image = link(actor=world.asker, slide_id=slide.pk, seen=None, path="a.jpg")
    dying("os.kill(os.getpid(), signal.SIGKILL)")
    work(image)
    monkeypatch.undo()
    Job.objects.filter(subject=image.pk).update(due_at=clock.now())
    assert work(image).status == Status.READY


def test_an_image_taken_off_while_it_is_prepared_stays_off(
    world: World, sign_in: SignIn, root: Path, slide: Slide
) -> None:
    picture(root / "a.jpg")
    image = link(actor=world.asker, slide_id=slide.pk, seen=None, path="a.jpg")
    job = Job.objects.get(subject=image.pk)
    body = {"seen_case": "1", "seen_patient": "1", "reason": "Wrong"}
    sign_in(world.staff).post(reverse("slides:take_off", args=[slide.pk]), body)
    ingest(job)
    image.refresh_from_db()
    assert (image.status, image.slide) == (Status.TAKEN_OFF, None)


def test_every_problem_has_its_sentence() -> None:
    assert {"changed", "exchanged", "machine"} <= set(MESSAGES)
    assert os.sep not in "".join(MESSAGES.values())
