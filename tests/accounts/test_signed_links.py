"""The links in mails: made by us, for one purpose, for as long as they say."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts import links
from core.ids import new_id
from tests.cast import World, client_for


def token_of(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]


def test_a_link_for_one_thing_opens_no_other() -> None:
    key = new_id()
    invitation, address = token_of(links.invitation_url(key)), token_of(links.address_url(key))
    assert links.invitation_id(invitation) == links.address_change_id(address) == key
    assert links.invitation_id(address) is links.address_change_id(invitation) is None


def test_only_a_link_signed_by_us_counts() -> None:
    key = new_id()
    token = token_of(links.invitation_url(key))
    body, _, signature = token.rpartition(".")
    forged = signing.Signer(key="another key", salt="accounts.invitation", sep=".").sign(key.hex)
    unsalted = signing.Signer(salt="accounts", sep=".").sign(key.hex)
    spoiled = (body, f"{body}.", f"{new_id().hex}.{signature}", token[:-1], token.upper(), forged, unsalted, "", "..")
    for each in spoiled:
        assert links.invitation_id(each) is None, each


def test_the_signature_is_long_and_of_a_sound_hash() -> None:
    signature = token_of(links.invitation_url(new_id())).rpartition(".")[2]
    assert len(signature) == 43  # 256 bits in base64
    assert signing.Signer().algorithm == "sha256"


def test_a_link_for_a_new_password_works_for_an_hour_at_most() -> None:
    assert timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT) <= timedelta(hours=1)


def test_keys_of_sessions_cannot_be_guessed(world: World) -> None:
    keys = [client_for(world.asker).session.session_key or "" for _ in range(20)]
    assert len(set(keys)) == 20
    assert min(map(len, keys)) >= 32  # of 36 letters and digits: 165 bits


def test_a_made_up_session_is_nobody(world: World) -> None:
    client = client_for(world.asker)
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    assert client.get(reverse("accounts:preferences")).status_code == 302


@pytest.mark.parametrize("place", ["query", "header"])
def test_no_session_comes_from_an_address_or_a_header(world: World, place: str) -> None:
    client = client_for(world.asker)
    key = client.cookies.pop(settings.SESSION_COOKIE_NAME).value
    given = {"query": {"session": key, "sessionid": key}, "header": {}}[place]
    headers = {} if place == "query" else {"Authorization": f"Bearer {key}", "X-Session": key}
    assert client.get(reverse("accounts:preferences"), given, headers=headers).status_code == 302
