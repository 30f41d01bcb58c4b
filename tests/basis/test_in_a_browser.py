"""What a laboratory records of a patient, in a real browser: before sending, and what the other side then sees."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases.models import Case
from tests.accounts.second_factor import give_app
from tests.accounts.test_sign_in_in_a_browser import (  # noqa: F401 - fixtures
    by_app,
    database_beside_the_driver,
    sit_down,
    site,
)
from tests.basis.helping import move
from tests.browser.axe import faults
from tests.cast import World

pytestmark = [pytest.mark.browser, pytest.mark.ci, pytest.mark.commits, pytest.mark.usefixtures("own_cache")]
SitDown = Callable[[], Page]


def say(page: Page, more: str = "") -> None:
    """Fill in what every record asks for, and `more`; record it."""
    assert faults(page) == []
    if more:
        page.get_by_label(more).check()
    page.get_by_label("In conversation").check()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("It is recorded.").first).to_be_visible()


def record(page: Page, case: Case, kind: str) -> None:
    """From the case page by its own link."""
    page.goto(reverse("cases:detail", args=[case.pk]))
    page.get_by_role("link", name="Legal basis of this case").last.click()
    page.get_by_role("link", name=kind).click()


def end(page: Page, kind: str) -> None:
    page.get_by_role("link", name=re.compile(rf"^End\s*: {kind}")).click()
    page.get_by_label("Reason").fill("The patient says so now.")
    assert faults(page) == []
    page.get_by_role("button", name="End").click()
    expect(page.get_by_text("It is ended.").first).to_be_visible()


def test_nothing_is_sent_before_the_patient_agrees_and_a_block_closes_what_was_sent(
    world: World,
    sit_down: SitDown,  # noqa: F811
) -> None:
    move(world, "SE")
    case, check = world.case("draft"), reverse("requests:check", args=[world.request("draft").pk])
    asker, expert = sit_down(), sit_down()
    for page, who in ((asker, "asker"), (expert, "expert")):
        give_app(world.user(who))
        by_app(page, world.user(who))

    # What the Swedish rule asks for is said where the draft is checked, and leads to where it is recorded.
    asker.goto(check)
    assert faults(asker) == []
    asker.get_by_role("link", name="It is not recorded that the patient is informed.").click()
    say(asker)
    asker.goto(check)
    asker.get_by_role("link", name="No consent of the patient is recorded.").click()
    say(asker)
    assert faults(asker) == []

    # A refusal holds it, before and when it is sent; nothing has reached the expert.
    record(asker, case, "Consent refused")
    say(asker)
    asker.goto(check)
    expect(asker.get_by_text("the patient has refused or withdrawn consent")).to_be_visible()
    expect(asker.get_by_text("This case cannot be shared now").first).to_be_visible()
    expect(asker.get_by_role("button", name="Send request")).to_have_count(0)
    assert faults(asker) == []
    seen = reverse("cases:detail", args=[case.pk])
    expert.goto(seen)
    expect(expert.get_by_role("heading", name="Not found")).to_be_visible()

    # Ended, it is sent; the other side reads the case.
    asker.goto(reverse("basis:case", args=[case.pk]))
    end(asker, "Consent refused")
    asker.goto(check)
    asker.get_by_role("button", name="Send request").click()
    expect(asker.get_by_text("The request is sent.").first).to_be_visible()
    expert.goto(seen)
    expect(expert.get_by_role("heading", name="Case N-draft", exact=False)).to_be_visible()
    expect(expert.get_by_text("Legal basis")).to_have_count(0)

    # A block names whom it closes out, closes at once, and is the first thing on the case's own page.
    record(asker, case, "Block at the patient's wish")
    expect(asker.get_by_text("Whoever this keeps out loses access at once")).to_be_visible()
    expect(asker.get_by_role("listitem").filter(has_text=world.user("expert").printed_name)).to_be_visible()
    say(asker, "Block for everybody outside the laboratory")
    expert.reload()
    expect(expert.get_by_role("heading", name="Not found")).to_be_visible()
    assert "block" not in expert.locator("main").inner_text().lower()
    asker.goto(seen)
    expect(asker.get_by_role("heading", name="Something speaks against sharing")).to_be_visible()
    assert faults(asker) == []

    # When the patient takes it back, what is still asked for opens again.
    asker.get_by_role("link", name="Legal basis of this case").first.click()
    end(asker, "Block for everybody outside the laboratory")
    expert.reload()
    expect(expert.get_by_role("heading", name="Case N-draft", exact=False)).to_be_visible()
