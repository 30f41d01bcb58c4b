"""Theme and keys: remembered in the browser, told to the rooms above, and nothing else accepted."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from core.web import hooks, preferences


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the listeners heard."""
    heard: list[tuple[str, str]] = []

    def listener(request: HttpRequest, name: str, value: str) -> None:
        heard.append((name, value))

    monkeypatch.setattr(hooks, "_listeners", [listener])
    return heard


def post(data: dict[str, str], **headers: str) -> HttpRequest:
    return RequestFactory().post("/preference/", data, headers=headers)


def test_a_theme_is_kept_and_the_person_goes_back_to_the_page(told: list[tuple[str, str]]) -> None:
    response = preferences.choose(post({"theme": "dark", "next": "/cases/"}))
    assert (response.status_code, response["Location"]) == (302, "/cases/")
    assert response.cookies["theme"].value == "dark"
    assert response.cookies["theme"]["httponly"]
    assert told == [("theme", "dark")]


def test_a_script_gets_a_bare_yes(told: list[tuple[str, str]]) -> None:
    response = preferences.choose(post({"keys": "off"}, accept="application/json"))
    assert response.status_code == 204
    assert response.cookies["keys"].value == "off"
    assert told == [("keys", "off")]


@pytest.mark.parametrize("data", [{}, {"theme": "pink"}, {"theme": "dark", "keys": "maybe"}, {"password": "x"}])
def test_an_unknown_choice_is_refused_and_nothing_is_kept(told: list[tuple[str, str]], data: dict[str, str]) -> None:
    response = preferences.choose(post(data))
    assert response.status_code == 400
    assert not response.cookies
    assert told == []


@pytest.mark.parametrize("after", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(told: list[tuple[str, str]], after: str) -> None:
    assert preferences.choose(post({"theme": "light", "next": after}))["Location"] == "/"


def test_a_link_cannot_change_a_preference() -> None:
    assert preferences.choose(RequestFactory().get("/preference/", {"theme": "dark"})).status_code == 405
