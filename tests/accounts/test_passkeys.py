"""A passkey shows that its owner is there, by a PIN, a fingerprint or a face: touching a key that is plugged in is
something that any passer-by can do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consult.reports.models import Signature
from core.actor import Actor
from tests.accounts.passkeys import Passkey
from tests.accounts.second_factor import kinds, password_of, state
from tests.accounts.test_idle import rest
from tests.cast import World
from tests.reports.pages import preview, sign, write

pytestmark = pytest.mark.usefixtures("own_cache")
SignedIn = Callable[[Actor], Client]
TOUCHED_OR_VERIFIED = pytest.mark.parametrize("verified", [False, True], ids=["touched", "verified"])


def asked_for_an_act(client: Client) -> dict[str, Any]:
    """What the browser is told when a page asks for a proof."""
    found: dict[str, Any] = client.get(reverse("accounts:proof")).json()["request_options"]
    return found


@TOUCHED_OR_VERIFIED
def test_a_key_is_set_up_by_whoever_it_knows(world: World, client: Client, verified: bool) -> None:
    password_of(client, world.user("asker"))
    page = client.get(reverse("mfa_add_webauthn"))
    made = Passkey(verified=verified).made(page.context["js_data"]["creation_options"])
    answer = client.post(reverse("mfa_add_webauthn"), {"name": "A key", "credential": made})
    assert answer.status_code == (302 if verified else 200)
    assert ("webauthn" in kinds(world.user("asker"))) is verified


@TOUCHED_OR_VERIFIED
def test_it_is_a_second_step(world: World, client: Client, verified: bool) -> None:
    key = Passkey(verified=verified).of(world.user("asker"))
    password_of(client, world.user("asker"))
    asked = client.get(reverse("mfa_authenticate")).context["js_data"]["request_options"]
    client.post(reverse("mfa_authenticate"), {"credential": key.answer(asked)})
    assert state(client) == ("in" if verified else "out")


@TOUCHED_OR_VERIFIED
def test_it_signs_in_by_itself(world: World, client: Client, verified: bool) -> None:
    key = Passkey(verified=verified).of(world.user("asker"))
    address = reverse("mfa_login_webauthn")
    asked = client.get(address, headers={"Accept": "application/json"}).json()["request_options"]
    client.post(address, {"credential": key.answer(asked)})
    assert state(client) == ("in" if verified else "out")


@TOUCHED_OR_VERIFIED
def test_it_opens_what_was_hidden(world: World, sign_in: SignedIn, verified: bool) -> None:
    client, key = sign_in(world.asker), Passkey(verified=verified).of(world.user("asker"))
    rest(client, 21)
    given = {"credential": key.answer(asked_for_an_act(client))}
    assert client.post(reverse("accounts:resume"), given).status_code == (302 if verified else 422)
    assert state(client) == ("in" if verified else "idle")


@TOUCHED_OR_VERIFIED
def test_it_signs_a_report(world: World, sign_in: SignedIn, verified: bool) -> None:
    client, key = sign_in(world.expert), Passkey(verified=verified).of(world.user("expert"))
    report = write(world)
    held = preview(client, report)
    answer = sign(client, report, held, password="", credential=key.answer(asked_for_an_act(client)))
    assert answer.status_code == (302 if verified else 422)
    assert Signature.objects.filter(version__report=report, method="webauthn").exists() is verified


def test_what_was_asked_for_an_act_does_not_let_a_touch_sign_in(world: World, sign_in: SignedIn) -> None:
    """A session keeps one challenge, whichever page asked for it."""
    client, key = sign_in(world.asker), Passkey(verified=False).of(world.user("asker"))
    rest(client, 21)
    client.post(reverse("mfa_login_webauthn"), {"credential": key.answer(asked_for_an_act(client))})
    assert state(client) == "idle"
