"""What another site can make a signed-in person's browser do here: nothing that changes anything."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from cases.models import Case
from core.actor import Actor
from tests.access.row import SEEN
from tests.cast import PASSWORD, World, client_for
from tests.shell.walking import addresses

pytestmark = pytest.mark.ci

ELSEWHERE = "https://elsewhere.example"
FORM = "application/x-www-form-urlencoded"


def close(client: Client, world: World, **headers: str) -> int:
    """Close a case by the form of its page."""
    address = reverse("cases:close", args=[world.case("closed").pk])
    return client.post(address, data=SEEN, content_type=FORM, headers=headers).status_code


@pytest.mark.parametrize("sender", ["cross-site", "same-site"])
def test_a_form_of_another_origin_changes_nothing(
    world: World, sign_in: Callable[[Actor], Client], sender: str
) -> None:
    client = sign_in(world.asker)  # which asks for no token, so that only what the browser says stands in the way
    assert close(client, world, **{"Sec-Fetch-Site": sender}) == 403
    assert Case.objects.get(pk=world.case("closed").pk).status == "open"
    assert close(client, world, **{"Sec-Fetch-Site": "same-origin"}) == 302


def test_it_holds_for_the_api_and_for_who_is_not_signed_in(world: World, sign_in: Callable[[Actor], Client]) -> None:
    for client in (Client(), sign_in(world.asker)):
        for route in ("api-patients-search", "account_login"):
            answer = client.post(reverse(route), "{}", "application/json", headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code == 403, route


def test_reading_from_another_site_is_left_to_the_cookie_and_the_headers(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    answer = sign_in(world.asker).get(reverse("cases:list"), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200


def test_a_trusted_origin_may_send(world: World, sign_in: Callable[[Actor], Client], settings: Any) -> None:
    settings.CSRF_TRUSTED_ORIGINS = [ELSEWHERE]
    assert close(sign_in(world.asker), world, **{"Sec-Fetch-Site": "same-site", "Origin": ELSEWHERE}) == 302


def test_every_form_and_door_asks_for_the_token(world: World) -> None:
    """By every route that takes a POST: without the token of the page nothing gets beyond 403."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_for(world.asker).cookies
    open_to = {}
    for name, address in addresses():
        if name.startswith("admin:"):
            continue  # the same middleware before the same kind of view: one list is asked below
        answer = client.post(address, headers={"Accept": "text/html"})
        if answer.status_code not in {403, 404, 405, 406}:
            open_to[name] = answer.status_code
    assert open_to == {}
    assert client.post(reverse("admin:accounts_user_changelist")).status_code == 403


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "///elsewhere.example",
        "https:elsewhere.example",
        "http://testserver@elsewhere.example/",
        "javascript:alert(1)",
        "\thttps://elsewhere.example",
    ],
)
def test_nobody_is_led_to_another_site(world: World, sign_in: Callable[[Actor], Client], target: str) -> None:
    given = {"next": target, "theme": "dark", "language": "nl", "persona": world.user("asker").email}
    asked = {
        "web:preference": sign_in(world.asker),
        "set_language": sign_in(world.asker),
        "account_login": Client(headers={"X-Forwarded-For": "redirects"}),
        "account_logout": sign_in(world.asker),
        "demo:sign_in": Client(),
    }
    for route, client in asked.items():
        sent = given | {"login": world.user("asker").email, "password": PASSWORD}
        answer = client.post(reverse(route), sent)
        assert answer.status_code == 302, route
        assert answer["Location"].startswith("/"), (route, answer["Location"])
        assert not answer["Location"].startswith(("//", "/\\")), (route, answer["Location"])


def test_signing_in_over_https_gives_cookies_for_this_host_alone(world: World, over_https: None) -> None:
    client = Client(headers={"X-Forwarded-For": "cookies"})
    client.get(reverse("account_login"), secure=True)
    answer = client.post(
        reverse("account_login"), {"login": world.user("asker").email, "password": PASSWORD}, secure=True
    )
    assert answer.status_code == 302
    client.post(reverse("web:preference"), {"theme": "dark", "keys": "off"}, secure=True)
    client.post(reverse("set_language"), {"language": "sv"}, secure=True)
    names = set(client.cookies)
    assert names == {f"__Host-{name}" for name in ("session", "csrf", "theme", "keys", "language")}
    for name, cookie in client.cookies.items():
        kept_from_scripts = bool(cookie["httponly"])
        assert (cookie["secure"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", ""), name
        assert kept_from_scripts == (name != "__Host-csrf")
    visitor = Client()
    visitor.cookies["__Host-theme"] = client.cookies["__Host-theme"].value
    page = visitor.get(reverse("account_login"), secure=True).content.decode()
    assert 'data-bs-theme="dark"' in page or 'data-theme="dark"' in page
    assert settings.SESSION_COOKIE_NAME == "__Host-session"


def test_words_for_the_next_page_are_not_in_a_cookie(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client = sign_in(world.asker)
    assert close(client, world) == 302
    assert "messages" not in client.cookies
