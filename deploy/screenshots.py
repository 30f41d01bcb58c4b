"""The pictures in docs/screenshots: walks the six steps in a running demo, best a fresh one, which it changes.

Needs Chromium (CHROMIUM names it) and the demo at PUBLIC_ORIGIN; `make screenshots` beside a running `make demo`.
"""

import os
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from deploy.launcher.say import line

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "screenshots"
PASSWORD = "glass-slide-tray"  # noqa: S105 - the demo's one password, printed at its start
OPINION = "Reactive, follicular epithelium round keratin; no invasion in what was sent. The edge is not involved."


def _sit(browser: Browser, persona: str, scheme: str) -> Page:
    port = urlsplit(os.environ.get("PUBLIC_ORIGIN", "http://localhost:8000")).port or 80
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        base_url=f"http://{persona}.localhost:{port}",
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="Continue as").click()
    page.wait_for_load_state("networkidle")
    return page


def _shoot(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)  # the last tiles are drawn after the last answer has come
    page.screenshot(path=TARGET / f"{name}.png")
    line(f"  {name}.png")


def _act(page: Page, name: str) -> None:
    page.locator(".cs-acts").get_by_role("link", name=name).or_(
        page.locator(".cs-acts").get_by_role("button", name=name)
    ).first.click()
    dialog = page.get_by_role("dialog")
    if name == "Accept":
        dialog.get_by_label("accession number").fill("ALV26-90001")
    with page.expect_navigation():
        dialog.locator("button[type=submit]").click()


def _walk(browser: Browser) -> None:
    asker, expert = _sit(browser, "asker", "light"), _sit(browser, "expert", "light")
    _shoot(expert, "1-waiting-light")
    asker.goto("/cases/")
    asker.locator("table a.cs-id").first.click()
    _shoot(asker, "2-case-light")
    asker.locator("a[href*='/requests/new/'], form[action*='/requests/new/'] button").first.click()
    if "/new/" in asker.url:
        asker.locator("main form button[type=submit]").first.click()
    asker.wait_for_url("**/edit/**")
    _shoot(asker, "3-ask-light")
    expert.locator("a.cs-id").first.click()
    expert.wait_for_url("**/requests/**")
    address = expert.url
    _act(expert, "Accept")
    expert.get_by_role("link", name=re.compile("Open the slides")).click()
    expert.get_by_label("Answer to the question").fill(OPINION)
    expert.get_by_label("Diagnosis", exact=True).fill("Keratin-filled follicular opening with reactive epithelium.")
    expert.get_by_text("Favoured", exact=True).click()
    _shoot(expert, "4-read-light")
    dark = _sit(browser, "expert", "dark")
    dark.goto(urlsplit(address).path.rstrip("/") + "/read/")
    _shoot(dark, "4-read-dark")
    expert.get_by_role("button", name="Preview and sign").click()
    expert.get_by_role("button", name=re.compile("Sign")).first.click()
    dialog = expert.get_by_role("dialog")
    _shoot(expert, "5-sign-light")
    for box in dialog.get_by_role("checkbox").all():
        box.check()
    dialog.get_by_label("Password").fill(PASSWORD)
    with expert.expect_navigation():
        dialog.locator("button[type=submit]").click()
    _shoot(expert, "6-report-light")
    asker.goto(urlsplit(address).path)
    _shoot(asker, "6-answer-light")


def main() -> int:
    """Exit status 1 where there is no browser."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        line("Set CHROMIUM to the path of a Chromium.")
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        _walk(browser)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
