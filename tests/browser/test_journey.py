"""The whole path in a real browser, on the system as a visitor starts it: two people in two windows."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Response, Route, expect

from consult.desk.demo.people import PASSWORD
from tests.browser.axe import faults
from tests.browser.conftest import OWN_BROKEN, OWN_PICTURE

pytestmark = [pytest.mark.browser, pytest.mark.ci]
Sit = Callable[[str], Page]


def is_tile(response: Response) -> bool:
    """A tile that was shown."""
    return "/tiles/" in response.url and re.search(r"/\d+_\d+\.jpg$", response.url) is not None


def test_from_the_waiting_case_to_the_answer_in_use(sit_down: Sit) -> None:
    expert, asker = sit_down("expert"), sit_down("asker")

    # The first screen shows a hard case waiting; the request names its number, which both sides know.
    assert faults(expert) == []
    expert.get_by_role("row").filter(has=expert.locator("a.cs-id")).first.locator("a.cs-id").click()
    request_page = re.sub(r"^https?://[^/]+", "", expert.url)
    number = number_of(expert)
    family = expert.locator(".cs-patient").first.inner_text().split(",")[0].split()[-1]
    assert faults(expert) == []

    # Accept, under the answering laboratory's own number.
    open_act(expert, "Accept").get_by_label("accession number").fill("ALV26-90001")
    confirm(expert)
    expect(expert.get_by_text("In review").first).to_be_visible()

    # Ask for information, and get it.
    open_act(expert, "Ask").locator("textarea").fill("Is the patient immunosuppressed?")
    confirm(expert)
    expect(expert.get_by_text("Is the patient immunosuppressed?").first).to_be_visible()
    asker.goto(request_page)
    open_act(asker, "Answer|Reply|Give").locator("textarea").fill("Yes: tacrolimus since 2014.")
    confirm(asker)
    expect(asker.get_by_text("Yes: tacrolimus since 2014.").first).to_be_visible()

    # The slide, as the file's own tiles.
    expert.goto(request_page)
    with expert.expect_response(is_tile) as tile:
        expert.get_by_role("link", name=re.compile("Open the slides")).click()
    assert tile.value.status == 200
    assert faults(expert) == []
    tile_address = tile.value.url

    # The sign-in expires while the opinion is written: the text stays and is saved after signing in again.
    expert.get_by_label("Answer to the question").fill("Seborrhoeic keratosis;")
    expect(expert.locator("#opinion [data-autosave-status]")).to_contain_text("Saved")
    lose_the_session(expert)
    expert.get_by_label("Answer to the question").fill("Seborrhoeic keratosis; no")
    expect(expert.locator("#session-dialog")).to_be_visible()
    sign_in_again(expert)
    expect(expert.locator("#session-dialog")).to_be_hidden()
    expect(expert.locator("#opinion [data-autosave-status]")).to_contain_text("Saved")
    expect(expert.get_by_label("Answer to the question")).to_have_value("Seborrhoeic keratosis; no")

    # The opinion saves itself; it is previewed and signed.
    expert.get_by_label("Answer to the question").fill("Seborrhoeic keratosis; no malignancy in what was sent.")
    expert.get_by_label("Diagnosis", exact=True).fill("Seborrhoeic keratosis.")
    expert.get_by_text("Definite", exact=True).click()
    expect(expert.locator("#opinion [data-autosave-status]")).to_contain_text("Saved")
    expert.get_by_role("button", name="Preview and sign").click()
    expect(expert.get_by_text("Exactly this is signed, printed and sent.")).to_be_visible()
    assert faults(expert) == []
    expert.get_by_role("button", name=re.compile("Sign")).first.click()
    dialog = expert.get_by_role("dialog")
    for box in dialog.get_by_role("checkbox").all():
        box.check()
    dialog.get_by_label("Password").fill("not my password")
    dialog.get_by_role("button", name=re.compile("^Sign")).last.click()
    expect(expert.get_by_text("This is not your password.").first).to_be_visible()
    dialog = expert.get_by_role("dialog")
    for box in dialog.get_by_role("checkbox").all():
        box.check()
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name=re.compile("^Sign")).last.click()
    expect(expert.get_by_text("SHA-256").first).to_be_visible()

    # The requester is told, in the open window and by a mail that names no patient.
    expect(asker.locator("#bell-count .cs-dot")).to_be_visible()
    assert family.upper() not in newest_mail(asker, number).upper()

    # The requester reads, downloads, acknowledges, says what became of it, and closes.
    asker.goto(request_page)
    expect(asker.get_by_text("Seborrhoeic keratosis; no malignancy in what was sent.").first).to_be_visible()
    assert faults(asker) == []
    asker.get_by_role("link", name=re.compile("report", re.I)).first.click()
    with asker.expect_download() as download:
        asker.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")
    asker.goto(request_page)
    open_act(asker, "Acknowledge|read")
    confirm(asker)
    open_act(asker, "Close").get_by_text("Adopted", exact=True).click()
    confirm(asker)
    expect(asker.get_by_text("Closed").first).to_be_visible()

    # The expert's slides are closed: the next page at once, the next tile within five seconds.
    expert.goto(request_page)
    expect(expert.get_by_text("Closed").first).to_be_visible()
    expect(expert.get_by_role("link", name=re.compile("Open the slides"))).to_have_count(0)
    expert.wait_for_function(
        "async address => (await fetch(address, {cache: 'no-store'})).status === 404", arg=tile_address, timeout=5_500
    )


def number_of(page: Page) -> str:
    """The number of the request that the page is about."""
    shown = re.search(r"CR-\d+", page.title())
    assert shown, page.title()
    return shown[0]


def newest_mail(page: Page, number: str) -> str:
    """The text of this person's newest mail, on the demo's page of mails; waits for one about this request."""
    listed = "async number => (await (await fetch('/demo/mail/')).text()).includes(number)"
    page.wait_for_function(listed, arg=number)
    page.goto("/demo/mail/")
    assert faults(page) == []
    page.locator("table a.cs-id").filter(has_text=number).first.click()
    text = page.locator(".demo-mail").inner_text()
    assert number in text
    return text


def unread(page: Page) -> int:
    """What the bell says when it is asked."""
    said = page.evaluate("async () => (await fetch('/notifications/badge/')).text()")
    shown = re.search(r"cs-dot[^>]*>(\d+)", said)
    return int(shown[1]) if shown else 0


def lose_the_session(page: Page) -> None:
    """As after a night: the browser has no session any more."""
    page.context.clear_cookies(name="session")


def sign_in_again(page: Page) -> None:
    """In the tab that the dialog opens; the first tab hears of it."""
    with page.context.expect_page() as opened:
        page.locator("#session-dialog").get_by_role("link", name=re.compile("Sign in")).click()
    opened.value.get_by_role("button", name="Continue as").click()
    opened.value.wait_for_url(lambda url: "login" not in url)


def open_act(page: Page, name: str) -> Locator:
    """Press one of the request's buttons; the dialog that opens."""
    buttons = page.locator(".cs-acts")
    pattern = re.compile(name)
    buttons.get_by_role("link", name=pattern).or_(buttons.get_by_role("button", name=pattern)).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def confirm(page: Page) -> None:
    """Press the dialog's one filled button; the page that follows."""
    with page.expect_navigation():
        page.get_by_role("dialog").locator("button[type=submit]").click()


def choose_while_a_search_is_on_its_way(page: Page, radio: Locator) -> None:
    """The answer comes after the choice and knows nothing of it: the choice must stand."""
    held: list[Route] = []
    page.route("**/experts/**", lambda route: held.append(route))
    with page.expect_request("**/experts/**"):
        page.locator("#expert-lab").select_option(index=1)
    radio.check()
    with page.expect_response("**/experts/**"):
        held[0].continue_()
    page.unroute("**/experts/**")
    expect(page.locator("#experts input")).not_to_have_count(0)
    expect(page.locator("#experts").get_by_role("radio", checked=True)).to_have_count(1)
    expect(radio).to_be_checked()


def test_a_new_question_is_written_checked_and_sent(sit_down: Sit) -> None:
    asker, expert = sit_down("asker"), sit_down("expert")
    waiting = unread(expert)
    asker.get_by_role("link", name="Cases", exact=True).click()
    assert faults(asker) == []
    asker.locator("table a.cs-id").first.click()
    assert faults(asker) == []
    asker.locator("a[href*='/requests/new/'], form[action*='/requests/new/'] button").first.click()
    start = asker.locator("form[action*='/requests/new/'] button[type=submit], main form button[type=submit]")
    if "/new/" in asker.url:
        start.first.click()
    asker.wait_for_url("**/edit/**")
    asker.locator("#id_question").fill("Is this the same process as in the earlier biopsy?")
    asker.locator("#expert-subspecialty").select_option("")
    asker.locator("#expert-text").fill("Sjöstrand")
    chosen = asker.get_by_role("radio", name=re.compile("Sjöstrand")).first
    expect(chosen).to_be_visible()
    choose_while_a_search_is_on_its_way(asker, chosen)
    expect(asker.locator("#request-form [data-autosave-status]")).to_contain_text("Saved")
    assert faults(asker) == []
    asker.get_by_role("button", name="Check answers").click()
    expect(asker.get_by_role("heading", name="Check your answers, then send")).to_be_visible()
    assert faults(asker) == []
    asker.get_by_role("button", name="Send request").click()
    expect(asker.get_by_text("Sent").first).to_be_visible()

    # The expert's open window hears of it without being touched: the bell counts, and the worklist has the row.
    expect(expert.locator("#bell-count .cs-dot")).to_have_text(str(waiting + 1))
    expect(expert.locator("#live-list").get_by_role("row").filter(has_text=number_of(asker))).to_be_visible()
    assert faults(expert) == []


def test_the_visitors_own_slides_are_there_and_a_bad_one_says_why(sit_down: Sit) -> None:
    asker = sit_down("asker")
    asker.goto("/cases/")
    asker.get_by_role("textbox", name="Go to accession number").fill("YOUR-SLIDES")
    asker.keyboard.press("Enter")
    expect(asker.get_by_text(OWN_PICTURE)).to_be_visible()
    assert asker.content().count(OWN_BROKEN) > 0
    assert faults(asker) == []


def test_a_patient_is_found_from_any_page_and_no_address_says_who(sit_down: Sit) -> None:
    asker = sit_down("asker")
    asker.goto("/cases/")
    names = [text.split(",")[0] for text in asker.locator(".cs-who-name").all_inner_texts()]
    name = next(name for name in names if name.isalpha())
    visited: list[str] = []
    asker.on("request", lambda request: visited.append(request.url))
    asker.keyboard.press("Control+k")
    asker.keyboard.type(name.lower())
    expect(asker.locator("#palette [role=option]").first).to_contain_text(name, timeout=20_000)
    assert faults(asker) == []
    asker.keyboard.press("Enter")
    expect(asker.get_by_role("heading", name="Patient", exact=True)).to_be_visible()
    assert faults(asker) == []
    asker.keyboard.press("/")
    asker.keyboard.type(name.lower())
    asker.get_by_role("button", name="Show all results").click()
    asker.wait_for_url(re.compile(r"/search/[0-9a-f-]{36}/$"))
    expect(asker.locator(".cs-found").first).to_contain_text(name)
    asker.locator(".cs-found a").first.click()
    asker.go_back()
    expect(asker.locator(".cs-found").first).to_contain_text(name)
    assert name.lower() not in asker.title().lower()
    for width, theme in ((1024, "dark"), (320, "light")):
        asker.set_viewport_size({"width": width, "height": 800})
        asker.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        assert faults(asker) == []
        assert asker.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [address for address in visited if name.lower() in address.lower()] == []
