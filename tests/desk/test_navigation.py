"""Which entry of the navigation a page belongs to: it follows from what the request is to the person."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from consult.desk.search.pages import find_pages
from consult.reports.models import Report
from core.actor import Actor
from core.ids import new_id
from tests.cast import World, client_for

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


def test_what_is_hidden_and_what_is_not_there_belong_to_the_same_entry(world: World, sign_in: SignIn) -> None:
    client, request = sign_in(world.stranger), world.request("answered")
    for name, key in (("requests:detail", request.pk), ("reports:detail", request.report_id)):
        pages = [client.get(reverse(name, args=[each])) for each in (key, new_id())]
        assert [page.status_code for page in pages] == [404, 404]
        hidden, absent = (active(client, page.wsgi_request.path) for page in pages)
        assert hidden == absent, name


@pytest.mark.parametrize("name", ["requests:edit", "requests:check"])
def test_a_draft_is_among_the_own_requests(world: World, sign_in: SignIn, name: str) -> None:
    draft = world.request("draft")
    assert active(sign_in(world.asker), reverse(name, args=[draft.pk])) == ["My requests"]


def test_a_report_that_answers_no_request_belongs_to_the_cases(world: World, sign_in: SignIn) -> None:
    report = Report.objects.filter(kind="received", request__isnull=True).first()
    assert report is not None
    assert active(sign_in(world.staff), reverse("reports:detail", args=[report.pk])) == ["Cases"]


def test_people_are_in_the_top_bar_of_who_administers_a_laboratory_alone(world: World, sign_in: SignIn) -> None:
    client, people = sign_in(world.admin), reverse("accounts:people")
    home = client.get(reverse("desk:home")).text
    assert f'<a href="{people}"' in home[home.index("cs-nav") : home.index("cs-topbar__end")]
    for page in (people, reverse("accounts:invite"), reverse("accounts:membership", args=[world.staff.acting()])):
        assert active(client, page) == ["People"], page
    assert f'href="{people}"' not in sign_in(world.asker).get(reverse("desk:home")).text


OF_MEMBERS = {"Worklist", "Notifications", "Preferences", "Agreements"}


@pytest.mark.parametrize(
    ("who", "more"),
    [
        ("admin", {"People", "Laboratory", "Invitations", "Tokens of machines", "Single sign-on", "Administration"}),
        ("officer", {"Tokens of machines", "Single sign-on", "Audit"}),
        ("clinician", {"Emergency access"}),
        ("staff", {"Cases", "New case", "Import cases from CSV"}),
        ("auditor", set()),
    ],
)
def test_the_box_leads_to_every_page_that_ones_role_opens_and_to_no_other(
    world: World, sign_in: SignIn, who: str, more: set[str]
) -> None:
    client, hits = sign_in(world.people[who]), find_pages(world.people[who], "")
    assert {hit.title for hit in hits} == OF_MEMBERS | more
    for hit in hits:
        assert client.get(hit.url, follow=True).status_code == 200, hit.title


@pytest.mark.parametrize("who", ["asker", "staff", "clinician", "admin", "officer"])
def test_what_is_recorded_under_ones_name_is_in_every_menu_on_every_page(world: World, who: str) -> None:
    """On the first page, too, of those who have no worklist."""
    client = client_for(world.people[who])
    for address in (reverse("desk:home"), reverse("accounts:preferences")):
        page = client.get(address, follow=True).content.decode()
        menu = page[page.index("cs-menu__h") : page.index("data-keys-help")]
        assert f'href="{reverse("desk:trail")}"' in menu, (who, address)
