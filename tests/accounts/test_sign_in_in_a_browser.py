"""Signing in, proving oneself and coming back, in a real browser with an authenticator of its own."""

import os
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test.testcases import LiveServerThread
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from accounts.actions.invite import invite
from accounts.links import invitation_url
from accounts.models import User
from accounts.sessions import end_all
from consult.reports.actions.edit import edit
from consult.reports.models import Signature
from consult.requests.models import ConsultRequest
from tests.accounts.second_factor import code, give_app, kinds, next_period
from tests.browser.axe import faults
from tests.cast import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.ci, pytest.mark.commits, pytest.mark.usefixtures("own_cache")]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
SitDown = Callable[[], Page]


@pytest.fixture(scope="module", autouse=True)
def database_beside_the_driver() -> Iterator[None]:
    """The driver's event loop lives in this thread; no coroutine of ours runs in it that could meet the database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(world: World) -> Iterator[str]:
    """The pages and their static files, over http at localhost, where browsers allow passkeys."""
    thread = LiveServerThread("localhost", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://localhost:{thread.port}"
    thread.terminate()
    connections.close_all()


@pytest.fixture
def sit_down(chromium: Browser, site: str) -> Iterator[SitDown]:
    """A window of a browser of one's own. No page may be refused anything by its own policy, or break."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    def sit() -> Page:
        context = chromium.new_context(
            viewport={"width": 1440, "height": 900},
            base_url=site,
            locale="en-GB",
            extra_http_headers={"X-Forwarded-For": f"visitor-{uuid4().hex[:20]}"},
        )
        context.set_default_timeout(15_000)
        context.on("console", listen)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        contexts.append(context)
        return context.new_page()

    yield sit
    for context in contexts:
        context.close()
    assert wrong == []


def is_first_page(url: str) -> bool:
    """Where signing in leads to."""
    return urlsplit(url).path == "/"


def authenticator(page: Page) -> None:
    """A fingerprint reader that says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def password(page: Page, user: User) -> None:
    """The first step."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def by_app(page: Page, user: User, recovery: str = "") -> None:
    """Both steps, of somebody with an app, or with a recovery code: the app's code counts once."""
    password(page, user)
    page.get_by_label("Code from your authenticator app").fill(recovery or code())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(is_first_page)


def sign_out(page: Page) -> None:
    page.goto("/")
    page.locator("summary").filter(has_text="your account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")


def test_from_the_invitation_to_the_first_page_with_an_app(world: World, sit_down: SitDown) -> None:
    invitation = invite(
        actor=world.expert_admin,
        organisation_id=world.expert_admin.lab(),
        email="nora@north.example",
        given_name="Nora",
        family_name="Newcomer",
        role="pathologist",
        registration_number="19912345601",
        registration_body="BIG",
        language="en-gb",
    )
    page = sit_down()
    page.goto(re.sub(r"^https?://[^/]+", "", invitation_url(invitation.pk)))
    page.get_by_label("Password").fill("a long sentence nobody knows")
    page.get_by_role("button", name="Accept and begin").click()
    expect(page.get_by_role("heading", name="One more key for your account")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="Set up an app").click()
    assert faults(page) == []
    page.get_by_text("I cannot scan it").click()
    secret = page.locator(".cs-key").inner_text()
    page.get_by_label("The six digits").fill(code(secret))
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("[data-codes] code")).to_have_count(10)
    assert faults(page) == []
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()

    sign_out(page)
    page.get_by_label("E-mail").fill("nora@north.example")
    page.get_by_label("Password").fill("a long sentence nobody knows")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Now the second factor")).to_be_visible()
    assert faults(page) == []
    next_period()
    page.get_by_label("Code from your authenticator app").fill(code(secret))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(is_first_page)


def test_a_passkey_signs_in_by_itself_and_signs_an_opinion(world: World, sit_down: SitDown) -> None:
    page, expert = sit_down(), world.user("expert")
    authenticator(page)
    password(page, expert)
    page.get_by_role("link", name="Set up a passkey").click()
    assert faults(page) == []
    page.get_by_role("button", name="Set up").click()
    expect(page.locator("[data-codes] code")).to_have_count(10)
    assert kinds(expert) == {"webauthn", "recovery_codes"}
    sign_out(page)
    page.get_by_role("button", name="Passkey", exact=True).click()
    page.wait_for_url(is_first_page)
    page.goto(reverse("mfa_index"))
    assert faults(page) == []

    report = world.report("accepted")
    text = {"answer": "Yes.", "diagnosis": "Spitz naevus.", "confidence": "definite"}
    edit(actor=world.expert, report_id=report.pk, version=report.version, seen=world.seen("accepted"), text=text)
    page.goto(reverse("reports:preview", args=[report.pk]))
    page.get_by_role("button", name="Sign", exact=True).click()
    dialog = page.get_by_role("dialog")
    for box in dialog.get_by_role("checkbox").all():
        box.check()
    assert faults(page) == []
    expect(dialog.get_by_label("Passkey")).to_be_checked()
    dialog.get_by_role("button", name=re.compile("^Sign")).click()
    expect(page.get_by_text("Signed. The requester is told").first).to_be_visible()
    assert ConsultRequest.objects.get(pk=world.request("accepted").pk).status == "answered"
    assert Signature.objects.get(version__report=report).method == "webauthn"


def test_ending_the_others_hides_their_pages_until_the_same_person_is_back(world: World, sit_down: SitDown) -> None:
    asker = world.user("asker")
    first, second, *_ = give_app(asker)
    lost, here = sit_down(), sit_down()
    lost.clock.install()
    by_app(lost, asker)
    lost.goto("/cases/")
    patients = lost.get_by_role("table").first
    expect(patients).to_be_visible()
    by_app(here, asker, first)
    here.goto("/people/sessions/")
    assert faults(here) == []
    here.get_by_role("button", name="End all but this one").click()
    expect(here.get_by_text("1 other session has ended.").first).to_be_visible()

    # Whoever moves the mouse there sees no patient any more, and no key takes the cover away.
    lost.clock.fast_forward(31_000)
    lost.mouse.move(300, 300)
    ended = lost.get_by_role("dialog", name="You are no longer signed in")
    expect(ended).to_be_visible()
    expect(patients).to_be_hidden()
    for _ in range(3):
        lost.keyboard.press("Escape")
    expect(ended).to_be_visible()
    expect(patients).to_be_hidden()
    assert faults(lost) == []

    # The person themselves signs in again beside it, and the page is as it was.
    with lost.context.expect_page() as opened:
        ended.get_by_role("link", name="Sign in again").click()
    again = opened.value
    again.get_by_label("E-mail").fill(asker.email)
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Sign in").click()
    again.get_by_label("Code from your authenticator app").fill(second)
    again.get_by_role("button", name="Sign in").click()
    expect(again.get_by_role("heading", name="You are signed in again")).to_be_visible()
    expect(ended).to_be_hidden()
    expect(patients).to_be_visible()


def test_nothing_of_a_session_that_is_over_stays_in_a_page(world: World, sit_down: SitDown) -> None:
    asker = world.user("asker")
    first, *_ = give_app(asker)
    here, away = sit_down(), sit_down()
    by_app(here, asker)
    beside = here.context.new_page()
    beside.goto("/cases/")
    expect(beside.get_by_role("table").first).to_be_visible()

    # Signing out in one tab: what stood in the other is gone, although that tab reaches no server any more.
    beside.route("**/*", lambda route: route.abort())
    sign_out(here)
    expect(beside.get_by_role("table")).to_have_count(0)
    assert world.case("sent").patient.family_name not in beside.content()

    # Ended from elsewhere: covered first, so that nothing typed is lost, and gone after ten minutes.
    away.clock.install()
    by_app(away, asker, first)
    away.goto("/cases/")
    expect(away.get_by_role("table").first).to_be_visible()
    end_all(asker)
    away.clock.fast_forward(31_000)
    away.mouse.move(300, 300)
    expect(away.get_by_role("dialog", name="You are no longer signed in")).to_be_visible()
    away.clock.fast_forward(601_000)
    away.wait_for_url("**/accounts/login/**")
    assert world.case("sent").patient.family_name not in away.content()


def test_after_20_minutes_the_page_is_hidden_and_comes_back_as_it_was(world: World, sit_down: SitDown) -> None:
    asker = world.user("asker")
    give_app(asker)
    page = sit_down()
    page.clock.install()
    by_app(page, asker)
    draft = world.request("draft")
    page.goto(reverse("requests:edit", args=[draft.pk]))
    question = page.locator("[name=question]")
    question.fill("Is this a Spitz naevus, or")
    page.mouse.wheel(0, 400)
    page.clock.fast_forward("19:00")
    page.mouse.move(200, 200)
    page.clock.fast_forward("19:00")
    expect(page.locator("#idle-cover")).to_be_hidden()
    place = page.evaluate("scrollY")
    page.clock.fast_forward("01:10")
    cover = page.locator("#idle-cover")
    expect(cover.get_by_role("heading", name="Dr North Asker")).to_be_visible()
    expect(question).to_be_hidden()
    expect(cover.get_by_text("Password", exact=True)).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    assert page.request.get("/api/v1/me").status == 401, "the server has closed its doors as well"

    cover.get_by_text("Password", exact=True).click()
    cover.get_by_label("Your password").fill("not mine at all")
    cover.get_by_role("button", name="Go on").click()
    expect(cover.get_by_text("This is not your password.")).to_be_visible()
    cover.get_by_label("Your password").fill(PASSWORD)
    cover.get_by_role("button", name="Go on").click()
    expect(cover).to_be_hidden()
    expect(question).to_have_value("Is this a Spitz naevus, or")
    assert page.evaluate("scrollY") == place
    question.press_sequentially(" a melanoma?")
    question.blur()
    expect(page.locator("[data-autosave-status]").first).to_contain_text("Saved")
    assert ConsultRequest.objects.get(pk=draft.pk).question == "Is this a Spitz naevus, or a melanoma?"


def test_work_in_one_tab_counts_for_the_others(world: World, sit_down: SitDown) -> None:
    asker = world.user("asker")
    give_app(asker)
    page = sit_down()
    page.clock.install()
    by_app(page, asker)
    other = page.context.new_page()
    other.goto("/cases/")
    page.clock.fast_forward("15:00")
    other.mouse.move(100, 100)
    other.mouse.move(120, 120)
    page.clock.fast_forward("06:00")
    expect(page.locator("#idle-cover")).to_be_hidden()
    other.clock.fast_forward("25:00")
    expect(page.locator("#idle-cover")).to_be_visible()
    expect(other.locator("#idle-cover")).to_be_visible()
    page.locator("#idle-cover").get_by_text("Password", exact=True).click()
    page.locator("#idle-cover").get_by_label("Your password").fill(PASSWORD)
    page.locator("#idle-cover").get_by_role("button", name="Go on").click()
    expect(page.locator("#idle-cover")).to_be_hidden()
    expect(other.locator("#idle-cover")).to_be_hidden()
