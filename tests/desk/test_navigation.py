"""Which entry of the navigation a page belongs to: it follows from what the request is to the person."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from consult.reports.models import Report
from core.actor import Actor
from tests.cast import World

SignIn = Callable[[Actor], Client]
ACTIVE = re.compile(r'<li><a href="[^"]*" aria-current="page">([^<]+)</a></li>')


def active(client: Client, address: str) -> list[str]:
    """The entries that say that we are there."""
    page = client.get(address).content.decode()
    return ACTIVE.findall(page[page.index("cs-nav") : page.index("cs-topbar__end")])


@pytest.mark.parametrize(
    ("who", "entry"),
    [("asker", "My requests"), ("colleague", "Worklist"), ("staff", "Worklist"), ("expert", "Worklist")],
)
def test_a_request_and_its_report_belong_where_the_person_finds_them(
    world: World, sign_in: SignIn, who: str, entry: str
) -> None:
    client, request = sign_in(world.people[who]), world.request("answered")
    assert active(client, reverse("requests:detail", args=[request.pk])) == [entry]
    assert active(client, reverse("reports:detail", args=[request.report_id])) == [entry]


@pytest.mark.parametrize("name", ["requests:edit", "requests:check"])
def test_a_draft_is_among_the_own_requests(world: World, sign_in: SignIn, name: str) -> None:
    draft = world.request("draft")
    assert active(sign_in(world.asker), reverse(name, args=[draft.pk])) == ["My requests"]


def test_a_report_that_answers_no_request_belongs_to_the_cases(world: World, sign_in: SignIn) -> None:
    report = Report.objects.filter(kind="received", request__isnull=True).first()
    assert report is not None
    assert active(sign_in(world.staff), reverse("reports:detail", args=[report.pk])) == ["Cases"]
