"""Breaking the glass in a real browser: a case is opened in an emergency, watched, ended, and reviewed elsewhere."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from consult.desk.demo.people import PASSWORD
from tests.browser.axe import faults

pytestmark = [pytest.mark.browser, pytest.mark.ci]
Sit = Callable[[str], Page]


def test_a_case_is_opened_in_an_emergency_and_reviewed_in_another_window(sit_down: Sit) -> None:
    owner, caller, officer = sit_down("asker"), sit_down("trainee"), sit_down("privacy")
    owner.goto("/cases/")
    owner.locator("table a.cs-id").first.click()
    address = re.sub(r"^https?://[^/]+", "", owner.url)
    number = (owner.locator("h1").inner_text().split()[1]).strip()
    laboratory = officer.locator(".cs-head p").inner_text().split(", ", 1)[1].strip()

    # The link opens nothing for somebody elsewhere; the refusal leads to why, and why to the emergency.
    caller.goto(address)
    expect(caller.get_by_role("heading", name="Not found")).to_be_visible()
    caller.get_by_role("link", name="Why can I not see this?").click()
    assert faults(caller) == []
    caller.get_by_role("link", name="Emergency access").last.click()
    caller.goto("/emergency/open/")
    assert faults(caller) == []
    caller.get_by_label("Laboratory", exact=False).first.select_option(label=laboratory)
    caller.get_by_label("Accession number", exact=False).last.fill(number)
    caller.get_by_label("Reason").select_option("emergency_care")
    caller.get_by_label("Why it cannot wait").fill("Bleeding in theatre")
    caller.get_by_label("Password").fill("not my password")
    caller.get_by_role("button", name="Open the case").click()
    expect(caller.get_by_text("This is not your password.").first).to_be_visible()
    expect(caller.get_by_label("Why it cannot wait")).to_have_value("Bleeding in theatre")
    caller.get_by_label("Password").fill(PASSWORD)
    caller.get_by_role("button", name="Open the case").click()
    band = caller.get_by_role("region", name="Emergency access")
    expect(band).to_contain_text(re.compile(r"until \d\d:\d\d \w+, (60|59) min left"))
    assert faults(caller) == []

    # The laboratory sees who looks and why, on the page of who can see the case.
    owner.goto(f"{address}access/")
    expect(owner.get_by_role("row").filter(has_text="Bleeding in theatre")).to_be_visible()
    assert faults(owner) == []

    # The privacy officer is told in the open window; a running access is not reviewed yet.
    expect(officer.locator("#bell-count .cs-dot")).to_be_visible()
    officer.goto("/emergency/")
    assert faults(officer) == []
    officer.get_by_role("row").filter(has_text=number).get_by_role("link").first.click()
    expect(officer.get_by_role("button", name="Record the review")).to_have_count(0)
    assert faults(officer) == []

    # Ended by its holder: the next page is closed, and the review is done.
    band.get_by_role("button", name="End now").click()
    expect(caller.get_by_text("Review owed").first).to_be_visible()
    caller.goto(address)
    expect(caller.get_by_role("heading", name="Not found")).to_be_visible()
    officer.reload()
    officer.get_by_text("Justified", exact=True).click()
    officer.get_by_label("What you found").fill("The surgeon confirms it.")
    officer.get_by_role("button", name="Record the review").click()
    expect(officer.get_by_text("The review is recorded.").first).to_be_visible()
    expect(officer.get_by_role("row").filter(has_text=number)).to_contain_text("Justified")
    expect(caller.locator("#bell-count .cs-dot")).to_be_visible()
