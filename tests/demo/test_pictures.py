"""The large slide that a job makes, and the visitor's own files."""

from pathlib import Path

import pytest
from django.test.utils import override_settings
from PIL import Image

from cases.models import Case
from consult.desk.demo import own_slides, pictures
from consult.desk.demo.seed import seed
from core import clock
from core.jobs import run
from core.jobs.models import Job
from slides.effects import ProgressOnRow
from slides.models import SlideImage
from slides.states import Status
from slides.synthesis import large
from tests.demo.conftest import sample_folder

pytestmark = pytest.mark.ci


def test_the_large_slide_is_made_with_progress_and_then_prepared(
    empty_database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with override_settings(SLIDE_ROOT=tmp_path, DEMO_LARGE_SLIDE=1500):
        (tmp_path / "fetched").mkdir()
        pictures.place(sample_folder(tmp_path / "fetched"))
        seed(clock.now(), only=["demo-062"])
        steps: list[str] = []
        monkeypatch.setattr(ProgressOnRow, "__call__", lambda self, part, step: steps.append(step))
        run.drain()
        image = SlideImage.objects.get()
        assert image.status == Status.READY
        assert (image.width, image.height) == (1500, 1500)
        assert image.source.stat().st_size == image.byte_size
        assert large.DRAWING in steps
        assert not Job.objects.exclude(error="").exists()


def test_the_visitors_files_become_slides_and_a_bad_one_says_why(empty_database: None, tmp_path: Path) -> None:
    theirs, root = tmp_path / "theirs", tmp_path / "slides"
    theirs.mkdir()
    Image.effect_noise((600, 500), 60).convert("RGB").save(theirs / "Jane Doe skin.png")
    (theirs / "broken.svs").write_bytes(b"II*\0 nothing more")
    (theirs / ".hidden").write_text("not a slide")
    with override_settings(SLIDE_ROOT=root):
        seed(clock.now(), only=[])
        assert own_slides.bring(theirs) == 2
        assert own_slides.bring(theirs) == 0
        run.drain()
        case = Case.objects.get(accession_number=own_slides.ACCESSION_NUMBER)
        found = {slide.note: slide.image for slide in case.slides.select_related("image")}
        assert found["Jane Doe skin.png"].status == Status.READY
        assert found["broken.svs"].status == Status.UNREADABLE and found["broken.svs"].problem
        assert "Jane" not in "".join(str(path) for path in root.rglob("*"))
        Image.effect_noise((400, 400), 60).convert("RGB").save(theirs / "another.png")
        assert own_slides.bring(theirs) == 1
        assert case.slides.count() == 3
