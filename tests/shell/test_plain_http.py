"""Over http: pages lead to https, programs are refused, and nothing that was sent is looked at."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import World, client_for

pytestmark = pytest.mark.usefixtures("over_https")
ORIGIN = "https://consilium.example"


def test_pages_lead_to_https(world: World) -> None:
    address = f"{reverse('cases:list')}?q=1"
    for method in ("get", "head"):
        answer = getattr(client_for(world.asker), method)(address, headers={"Host": "elsewhere.example"})
        assert (answer.status_code, answer["Location"]) == (301, ORIGIN + address)
    assert Client().get(address, secure=True).status_code == 302, "to signing in"


def test_programs_and_forms_are_refused(world: World) -> None:
    client = client_for(world.asker)
    answers = [
        client.get("/api/v1/cases"),
        client.get("/", headers={"Accept": "application/json"}),
        client.post(reverse("account_logout")),
        client.post("/api/v1/cases", {}, content_type="application/json"),
    ]
    assert [(each.status_code, each["Content-Type"]) for each in answers] == [(403, "application/problem+json")] * 4
    assert "over https only" in answers[0].json()["title"]


def test_what_watches_the_processes_is_answered(world: World) -> None:
    assert Client().get(reverse("health-live")).status_code == 200
