"""What a page of another membership sends is refused: by its form's field, and by its script's header."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accounts.doors import SHOWN, SHOWN_FIELD
from accounts.models import Membership
from consult.requests.models import ConsultRequest
from core.audit.models import AuditEvent
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


def test_the_own_page_and_one_without_scripts_go_on(world: World, second: str) -> None:
    client = client_for(world.asker)
    for given in ({}, {"shown": str(world.asker.membership)}, {"header": str(world.asker.membership)}):
        assert ask(world, client, **given).status_code == 302


def test_after_switching_the_pages_of_the_second_laboratory_count(world: World, second: str) -> None:
    client = client_for(world.asker)
    switched = client.post(reverse("accounts:switch"), {"membership": second}, headers={SHOWN: "any"})
    assert switched.status_code == 302, "a switch is made from whatever page"
    assert ask(world, client, shown=str(world.asker.membership)).status_code == 409
    assert ask(world, client, shown=second).status_code != 409
    assert AuditEvent.objects.filter(action="membership.switched", person=world.asker.person).exists()
