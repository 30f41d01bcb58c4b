"""The whole system as `make demo` starts it, in a folder of its own, and people in its browser."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
OWN_PICTURE, OWN_BROKEN = "arm.png", "scan.svs"  # what the visitor brings
STARTS_WITHIN = 400  # seconds, on a loaded machine
# What the launcher around the tests says about its own services must not reach the one under test.
OTHERS = ("DATABASE_", "REDIS_", "CELERY_", "EMAIL_", "MAIL_", "SECRET_", "STORAGE_", "SLIDE_", "STATIC_", "DEV_", "PG")
NAMED = {"CONSILIUM_ENV", "PUBLIC_ORIGIN", "PORT", "DJANGO_SETTINGS_MODULE", "WORKER_SOFT_SHUTDOWN", "SLIDES"}


@dataclass(frozen=True)
class Demo:
    """A running demo."""

    port: int

    def origin(self, persona: str) -> str:
        """Where a persona lives."""
        return f"http://{persona}.localhost:{self.port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="package")
def demo(chromium_path: str) -> Iterator[Demo]:
    """`make demo SLIDES=...`, without the installing and with a small "large slide"; stopped by Ctrl-C. Only where
    there is a browser to look at it."""
    port = _free_port()
    clean = {k: v for k, v in os.environ.items() if not k.startswith(OTHERS) and k not in NAMED}
    with tempfile.TemporaryDirectory(prefix="journey-", dir=ROOT / "var") as folder:
        theirs = Path(folder) / "theirs"
        theirs.mkdir()
        Image.effect_noise((700, 500), 60).convert("RGB").save(theirs / OWN_PICTURE)
        (theirs / OWN_BROKEN).write_bytes(b"II*\0 and nothing more")
        own = {"DEV_VAR": folder, "PORT": str(port), "SLIDES": str(theirs), "DEMO_LARGE_SLIDE": "4096"}
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.launcher", "up"],
            cwd=ROOT,
            env={**clean, **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        said, running, ended = _follow(process)
        try:
            if not running.wait(STARTS_WITHIN) or ended.is_set():
                pytest.fail("the demo did not start:\n" + "".join(said[-30:]))
            yield Demo(port)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def _follow(process: "subprocess.Popen[str]") -> tuple[list[str], threading.Event, threading.Event]:
    """What the launcher says; the first event is set when it runs or has ended, the second when it has ended."""
    said: list[str] = []
    running, ended = threading.Event(), threading.Event()

    def read() -> None:
        for line in process.stdout or ():
            said.append(line)
            if line.startswith("Consilium is running"):
                running.set()
        ended.set()
        running.set()

    threading.Thread(target=read, daemon=True).start()
    return said, running, ended


@pytest.fixture
def sit_down(chromium: Browser, demo: Demo) -> Iterator[Callable[[str], Page]]:
    """sit_down("asker"): that persona's window, signed in by the one click that the demo offers.

    Nothing that the pages do may be refused by their own policy.
    """
    contexts: list[BrowserContext] = []
    refused: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    def sit(persona: str) -> Page:
        context = chromium.new_context(
            viewport={"width": 1440, "height": 900}, base_url=demo.origin(persona), locale="en-GB"
        )
        context.set_default_timeout(20_000)
        context.on("console", listen)
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        page.get_by_role("button", name="Continue as").click()
        page.wait_for_url("**/")
        return page

    yield sit
    for context in contexts:
        context.close()
    assert refused == []
