"""Databases for the demo's world: empty ones, and one in which a part of it has been made, with its pictures."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test.utils import override_settings
from pytest_django import DjangoDbBlocker

from consult.desk.demo import pictures
from consult.desk.demo.seed import seed
from core import clock
from slides.synthesis.samples import SAMPLES
from tests import databases

# One story of every state, those of the pictures, and plain cases.
PART = [f"demo-{number:03}" for number in (3, 7, 14, 15, 30, 34, 36, 37, 45, 47, 56, 61, 62, 63, 64)]
FETCHED = databases.ROOT / "var" / "samples"


def sample_folder(folder: Path) -> Path:
    """A folder with the sample pictures under their names: the fetched ones, or those of the shared data."""
    if all((FETCHED / sample.name).exists() for sample in SAMPLES):
        return FETCHED
    shared = Path(os.environ["SHARED_DATA"]) / "slides"
    originals = {"skin-he.svs": shared / "CMU-1-Small-Region.svs", "colon-ihc.png": shared / "skimage_ihc.png"}
    if not all(path.exists() for path in originals.values()):
        pytest.skip("the sample pictures are not here: python -m deploy.samples var/samples")
    for name, path in originals.items():
        shutil.copyfile(path, folder / name)
    return folder


@contextmanager
def empty(name: str, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Within it Django uses a migrated, simulated database without a row; the run's database follows again."""
    name = f"test_{name}_{os.getpid()}"
    databases.clone(name, databases.ensure_template())
    with blocker.unblock():
        databases.use(name)
        try:
            yield
        finally:
            databases.use(f"test_run_{os.getpid()}")
    databases.drop(name)


@pytest.fixture
def empty_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[None]:
    """A database to make a world in, and a folder for slides that holds none."""
    with empty("empty", django_db_blocker), override_settings(SLIDE_ROOT=tmp_path):
        yield


@pytest.fixture
def another_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Callable[[str], AbstractContextManager[None]]:
    """Makes databases to make worlds in, one after the other."""
    return lambda name: empty(name, django_db_blocker)


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[datetime]:
    """A part of the world, made once for the module; the moment it leads up to."""
    root = tmp_path_factory.mktemp("slides")
    (root / "fetched").mkdir()
    samples = sample_folder(root / "fetched")
    with empty("demo", django_db_blocker), override_settings(SLIDE_ROOT=root):
        now = clock.now()
        pictures.place(samples)
        seed(now, only=PART)
        yield now


@pytest.fixture(autouse=True)
def files_of_their_own(tmp_path: Path) -> Iterator[None]:
    """Reports and slides of these tests lie in no other's way."""
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    with override_settings(STORAGES={**settings.STORAGES, "default": files}):
        yield
