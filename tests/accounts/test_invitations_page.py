"""The page of invitations in a browser: whatever people are called, the list stays beside its form."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Route

from accounts.forms import InvitationForm
from accounts.models import Invitation, Organisation

ORIGIN = "http://consilium.test"


def page_with_long_names() -> str:
    """With an invitation to somebody whose names and address leave no place to break a line."""
    invitation = Invitation(
        email=f"{'nebukadnezar' * 5}@laboratory.example",
        given_name="Wilhelmina" * 6,
        family_name="Featherstonehaugh" * 5,
        role="pathologist",
        organisation=Organisation(name="Laboratory", short_name="Lab"),
        created_at=datetime(2026, 11, 5, 9, 0, tzinfo=UTC),
    )
    name = f"{invitation.given_name} {invitation.family_name}"
    request = HttpRequest()
    request.user = AnonymousUser()
    form = InvitationForm(request=request, organisations=Organisation.objects.none())
    rows = [{"invitation": invitation, "state": "open", "name": name}]
    return render_to_string("accounts/invite.html", {"form": form, "rows": rows, "several": False})


@pytest.mark.parametrize("width", [1440, 1024])
def test_a_long_name_pushes_nothing_off_the_list(chromium: Browser, width: int) -> None:
    html = page_with_long_names()

    def respond(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/":
            route.fulfill(body=html, content_type="text/html")
            return
        file = finders.find(path.removeprefix("/static/"))
        route.fulfill(path=Path(str(file))) if file else route.fulfill(status=404)

    context = chromium.new_context(viewport={"width": width, "height": 900})
    context.route("**/*", respond)
    page = context.new_page()
    page.goto(ORIGIN)
    form = page.locator("form.cs-compact").bounding_box()
    withdraw = page.get_by_role("button", name="Withdraw").bounding_box()
    table = page.locator(".cs-table").bounding_box()
    assert form and withdraw and table
    beside = form["y"] < table["y"] + table["height"]
    edge = form["x"] if beside else width
    assert withdraw["x"] + withdraw["width"] <= edge
    assert table["x"] + table["width"] <= edge
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
