"""Fixtures of every test: the database, the world with its people, clients that are signed in."""

import gc
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal import auth as app_codes
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from core import clock
from core.actor import Actor
from tests import databases
from tests.cast import World, build, client_for

os.environ.setdefault("SHARED_DATA", str(databases.ROOT.parent / "shared" / "data"))
os.environ.setdefault("CONSILIUM_ENV", "test")
BROWSER = "tests/browser/"


def pytest_configure() -> None:
    """The folder that WhiteNoise looks into: each test client would warn that nothing has been collected. And a quick
    hash of passwords: a fifth of a second for each signature is most of what a test of signing would take."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    import_module(settings.ROOT_URLCONF)  # before a test changes a setting that the addresses depend on
    settings.PASSWORD_HASHERS = ["tests.hashing.QuickScrypt", *settings.PASSWORD_HASHERS]


class ByFile(LoadFileScheduling):  # type: ignore[misc]  # the library has no types
    """A worker takes a file at a time, and the files that share the running demo together: it is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile | None:
    """In place of --dist loadfile; any other choice stays."""
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest starts first (--no-loadscope-reorder), so that no worker ends alone with it; beside it what
    needs no database, while the world is made that all others wait for."""
    first = (
        BROWSER,
        "tests/access/test_matrix",
        "tests/ui/test_looks",
        "tests/slides/test_viewer_",
        "tests/access/",
    )
    items.sort(key=lambda item: next((at for at, path in enumerate(first) if item.nodeid.startswith(path)), len(first)))


def pytest_collection_finish() -> None:
    """What has been imported and collected stays until the end: looking through it for garbage again and again took a
    tenth of the whole run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many random requests were made, how fast, and what came of them (tests/access/test_random_requests.py)."""
    reports = [each for outcome in ("passed", "failed") for each in terminalreporter.getreports(outcome)]
    told = [told for each in reports for name, told in each.user_properties if name == "asked" and each.when == "call"]
    if told:
        count, seconds, telling = (sum(each[name] for each in told) for name in ("requests", "seconds", "telling"))
        outside = sum(len(each["outside"]) for each in told)
        speed = f"{count / seconds:.0f} a second in each process"
        terminalreporter.write_line(f"{count} random requests, {speed}; {telling} named something, {outside} outside")


@pytest.fixture(scope="session")
def world_template(django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a database that holds the world and that nobody is connected to; parallel workers make one, and the
    next run finds it."""

    def fill() -> None:
        with django_db_blocker.unblock():
            build()

    name = databases.world_name()
    with databases.shared(name, databases.ensure_template(), fill):
        yield name


@pytest.fixture(scope="session")
def django_db_setup(world_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The run's database, instead of pytest-django's: cloned, with the world in it."""
    name = f"test_run_{os.getpid()}"
    settings.CACHES["default"]["KEY_PREFIX"] = name  # parallel workers share one Valkey, not each other's counters
    databases.clone(name, world_template)
    with django_db_blocker.unblock():
        databases.use(name)
    yield
    with django_db_blocker.unblock():
        databases.use("postgres")
    databases.drop(name)


@pytest.fixture
def committed(
    request: pytest.FixtureRequest, django_db_setup: None, world_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A database of this test's own, in which it commits, and which nobody cleans but throws away."""
    name = f"test_own_{os.getpid()}"
    databases.clone(name, world_template)
    with django_db_blocker.unblock():
        databases.use(name)
        yield
        databases.use(f"test_run_{os.getpid()}")
    databases.drop(name)


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    """The people, cases and requests (tests/cast.py). Rolls back, unless the test is marked `commits`."""
    request.getfixturevalue("committed" if request.node.get_closest_marker("commits") else "db")
    return World.load("north")


@pytest.fixture
def mirror(world: World) -> World:
    """The same world once more, in other laboratories: whoever has a right in one has none in the other."""
    return World.load("south")


@pytest.fixture
def sign_in() -> Callable[[Actor], Client]:
    """A client signed in as this actor, under the actor's membership."""
    return client_for


@pytest.fixture
def own_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache in which nothing has been counted yet. Clearing it would clear the parallel workers' too."""
    prefix = f"{os.getpid()}-{uuid4()}"
    monkeypatch.setitem(settings.CACHES["default"], "KEY_PREFIX", prefix)
    monkeypatch.setattr(caches["default"], "key_prefix", prefix)


@pytest.fixture
def at() -> Iterator[Callable[[datetime], None]]:
    """Move the clock of this test's database; it runs normally again afterwards."""
    yield clock.set_to
    clock.set_to(None)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Chromium's, or a skip that says so; a failure where REQUIRE_BROWSER is set."""
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("REQUIRE_BROWSER is set, but there is no Chromium")
        pytest.skip("NO BROWSER: install Chromium, or set CHROMIUM to its path, to run the browser's tests")
    return path


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """For one module only: the driver's event loop lives in this thread while it runs, and Django minds."""
    flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    flags += " --disable-component-update --disable-sync"
    flags += " --renderer-process-limit=1"  # the pages of a context in one process: a new one costs as much as a page
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path, args=flags.split())
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def app_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of authenticator apps stands while a test runs: a code counts for 30 s, and a page may take longer."""
    now = time.time()
    monkeypatch.setattr(app_codes, "time", SimpleNamespace(time=lambda: now))
