"""What a page of another membership sends is refused: by its form's field, and by its script's header."""

from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.doors import SHOWN, SHOWN_FIELD
from accounts.models import IdentityProvider, Membership
from consult.requests.models import ConsultRequest
from core import clock
from core.audit.models import AuditEvent
from tests.access.row import Row, with_provider
from tests.access.table import ROWS
from tests.cast import Answer, World, client_for

SEEN = {"seen_case": "1", "seen_patient": "1"}


@pytest.fixture
def second(world: World) -> str:
    """The asker's membership in another laboratory; they work for the first."""
    made = Membership.objects.create(
        user_id=world.asker.who(), organisation_id=world.stranger.lab(), role="pathologist"
    )
    return str(made.pk)


def ask(world: World, client: Client, shown: str = "", header: str = "") -> Answer:
    """The answer to asking about a case of the first laboratory's, from a page of the membership `shown`."""
    url = reverse("requests:new", args=[world.case("sent").pk])
    fields = SEEN | ({SHOWN_FIELD: shown} if shown else {})
    headers = {SHOWN: header} if header else {}
    return client.post(url, urlencode(fields), content_type="application/x-www-form-urlencoded", headers=headers)


def test_a_page_of_the_other_laboratory_does_nothing_and_says_why(world: World, second: str) -> None:
    client, before = client_for(world.asker), ConsultRequest.objects.count()
    for given in ({"shown": second}, {"header": second}, {"shown": "nonsense"}):
        answer = ask(world, client, **given)
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "opened for another of your laboratories" in text and "Somebody was faster" not in text
        assert world.asker.organisation_name in text
    assert ConsultRequest.objects.count() == before


def test_a_script_hears_which_refusal_it_is(world: World, second: str) -> None:
    url = reverse("requests:new", args=[world.case("sent").pk])
    answer = client_for(world.asker).post(url, SEEN, headers={SHOWN: second, "Accept": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:consilium:problem:other-membership")


@pytest.mark.parametrize("route", ["notifications:badge", "desk:palette", "desk:live"])
def test_what_scripts_ask_by_themselves_is_refused_in_words_that_they_know(
    world: World, second: str, route: str
) -> None:
    headers = {SHOWN: second, "Accept": "application/json", "HX-Request": "true"}
    method = "POST" if route == "desk:palette" else "GET"
    answer = client_for(world.asker).generic(method, reverse(route), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:consilium:problem:other-membership")


def test_the_own_page_and_one_without_scripts_go_on(world: World, second: str) -> None:
    client = client_for(world.asker)
    for given in ({}, {"shown": str(world.asker.membership)}, {"header": str(world.asker.membership)}):
        assert ask(world, client, **given).status_code == 302


# What is the person's own, or is asked by no page of a laboratory's.
WHICHEVER = {
    "accounts:switch",
    "accounts:preferences",
    "accounts:sessions",
    "accounts:end_session",
    "accounts:end_other_sessions",
    "accounts:resume",
    "accounts:presence",
    "set_language",
    "demo:tour",
    "web:signed_in",
}
LIBRARIES = ("account_", "mfa_", "admin:", "openid_connect_", "health-")


@pytest.mark.ci
def test_every_door_of_a_laboratory_hears_of_which_one_the_page_was(world: World) -> None:
    clients = {who: client_for(actor) for who, actor in world.people.items()}
    wrong, asked, shown = set(), 0, str(uuid4())
    for row in ROWS:
        who = next((each for each in clients if each in row.ok), None)
        if who is None or row.route.startswith(("api-", *LIBRARIES)):
            continue
        asked += 1
        with transaction.atomic():
            answer = _with_header(clients[who], row, world, shown)
            transaction.set_rollback(True)
        is_told = answer.status_code == 409 and "opened for another of your laboratories" in answer.content.decode()
        if is_told is (row.route in WHICHEVER):
            wrong.add(f"{row.method} {row.route}: {answer.status_code}")
    assert wrong == set()
    assert asked > 100


def _with_header(client: Client, row: Row, world: World, shown: str) -> Answer:
    address = reverse(row.route, kwargs=row.arguments(world)) + row.query
    body = "" if row.method == "GET" else row.body if isinstance(row.body, str) else row.body(world)
    headers = {SHOWN: shown, "Accept": "text/html"}
    return client.generic(row.method, address, body, content_type=row.content_type, headers=headers)


def test_single_sign_on_of_the_other_laboratory_stays(world: World) -> None:
    """Its page names no laboratory in the address: only the page's own membership says whose it is."""
    with_provider(world)
    own = str(
        Membership.objects.create(user_id=world.admin.who(), organisation_id=world.stranger.lab(), role="lab_admin").pk
    )
    answer = client_for(world.admin).post(reverse("accounts:remove_single_sign_on"), {SHOWN_FIELD: own})
    assert answer.status_code == 409
    assert IdentityProvider.objects.filter(organisation=world.admin.organisation).exists()


def test_a_file_chosen_for_the_other_laboratory_is_not_taken(world: World, second: str) -> None:
    file = SimpleUploadedFile("cases.csv", b"accession_number\n", content_type="text/csv")
    answer = client_for(world.staff).post(reverse("cases:import"), {"file": file, SHOWN_FIELD: second})
    assert answer.status_code == 409


def test_who_belongs_to_nothing_any_more_hears_that(world: World) -> None:
    client, shown = client_for(world.asker), str(world.asker.membership)
    Membership.objects.filter(pk=shown).update(valid_until=clock.now())
    assert ask(world, client, shown=shown).status_code == 403


def test_after_switching_the_pages_of_the_second_laboratory_count(world: World, second: str) -> None:
    client = client_for(world.asker)
    switched = client.post(reverse("accounts:switch"), {"membership": second}, headers={SHOWN: "any"})
    assert switched.status_code == 302, "a switch is made from whatever page"
    assert ask(world, client, shown=str(world.asker.membership)).status_code == 409
    assert ask(world, client, shown=second).status_code != 409
    assert AuditEvent.objects.filter(action="membership.switched", person=world.asker.person).exists()
