"""The API about people."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.actor import Actor
from tests.cast import World


def test_me_tells_who_the_caller_is(world: World, sign_in: Callable[[Actor], Client]) -> None:
    me = sign_in(world.asker).get("/api/v1/me").json()
    assert me["id"] == str(world.asker.person)
    assert me["name"] == "Dr North Asker"
    assert [each["role"] for each in me["memberships"]] == ["pathologist"]
    assert me["memberships"][0]["organisation"]["country"] == "NL"
    assert me["actor"]["organisation"] == str(world.asker.organisation)


def test_nobody_learns_nothing(world: World) -> None:
    for path in ("/api/v1/me", "/api/v1/experts", "/api/v1/notifications"):
        answer = Client().get(path)
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"


def test_experts_are_found_by_name_lab_and_subspecialty(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client = sign_in(world.asker)

    def names(**query: str) -> set[str]:
        return {each["name"] for each in client.get("/api/v1/experts", query).json()["results"]}

    assert "Dr North Expert" in names()
    assert "Dr North Asker" not in names()
    assert "Dr North Staff" not in names()
    assert names(text="north expert") == {"Dr North Expert"}
    assert names(text="north", organ_system="skin", lab=str(world.expert.organisation)) == {
        "Dr North Expert",
        "Dr North Neighbour",
    }
    assert names(organ_system="breast") == set()
    assert client.get("/api/v1/experts", {"lab": "nonsense"}).status_code == 422


@pytest.mark.parametrize("path", ["/api/v1/cases/", "/api/v1/nothing", "/api/", "/api/v2/cases"])
def test_an_unknown_address_of_the_api_is_a_problem_a_program_can_read(
    world: World, sign_in: Callable[[Actor], Client], path: str
) -> None:
    for client in (Client(), sign_in(world.asker)):
        answer = client.get(path, headers={"Accept": "*/*"})
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["title"]
        assert answer.json()["status"] == 404
