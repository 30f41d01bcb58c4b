"""Nothing forged gets anywhere: a token, a state or an answer that is not what an identity provider gave just now."""

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.set_provider import remove_provider
from accounts.models import IdentityProvider
from tests.accounts import providers, single_sign_on
from tests.accounts.providers import CLIENT, OTHER_KEY, Answering, begin, come_back, known_as, set_up, sign_in
from tests.accounts.single_sign_on import nobody_in, refusals
from tests.cast import World

pytestmark = [pytest.mark.usefixtures("own_cache"), pytest.mark.ci]
running, server, provider = single_sign_on.running, single_sign_on.server, single_sign_on.provider


@pytest.mark.parametrize(
    "told",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": [CLIENT, "another client"]},
        {"azp": "another client"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 300},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": 17},
    ],
)
def test_an_id_token_that_breaks_a_rule_opens_nothing(
    world: World, server: Answering, provider: IdentityProvider, client: Client, told: dict[str, object]
) -> None:
    known_as(world.user("asker"), provider)
    server.claims = told
    answer = sign_in(client, server, provider)
    assert answer.status_code == 403
    assert "was not accepted" in answer.content.decode()
    assert nobody_in(client)
    assert refusals() == ["rejected"]


@pytest.mark.parametrize(("key", "algorithm"), [(OTHER_KEY, "RS256"), ("x" * 64, "HS256"), ("", "none")])
def test_an_id_token_of_another_signature_opens_nothing(
    world: World, server: Answering, provider: IdentityProvider, client: Client, key: Any, algorithm: str
) -> None:
    known_as(world.user("asker"), provider)
    server.key, server.algorithm = key, algorithm
    assert sign_in(client, server, provider).status_code == 403
    assert nobody_in(client)
    assert refusals() == ["rejected"]


def test_a_state_counts_once_in_its_own_browser_and_for_its_own_provider(
    world: World, server: Answering, provider: IdentityProvider
) -> None:
    known_as(world.user("asker"), provider)
    client, other = Client(), Client()
    sent = begin(client, provider)
    server.nonce = sent["nonce"]
    theirs = set_up(world.expert_admin, server.issuer)
    for wrong in (
        come_back(other, provider, code="one", state=sent["state"]),
        come_back(client, provider, code="one", state="made up"),
        come_back(client, provider, code="one"),
        come_back(client, theirs, code="one", state=sent["state"]),
    ):
        assert wrong.status_code == 400
        assert "This way in is no longer open" in wrong.content.decode()
    assert not [path for path, _given in server.asked if path == "/token"], "no code was exchanged"
    assert come_back(client, provider, code="one", state=sent["state"]).status_code == 302
    assert come_back(client, provider, code="one", state=sent["state"]).status_code == 400
    assert refusals() == ["stale"] * 5


def test_a_way_in_does_not_outlive_its_provider(
    world: World, server: Answering, provider: IdentityProvider, client: Client
) -> None:
    known_as(world.user("asker"), provider)
    sent = begin(client, provider)
    server.nonce = sent["nonce"]
    set_up(world.admin, server.issuer, 1, client_id="a new client")
    assert come_back(client, provider, code="one", state=sent["state"]).status_code == 400
    sent = begin(client, provider)
    remove_provider(actor=world.admin, organisation_id=world.admin.lab())
    assert come_back(client, provider, code="one", state=sent["state"]).status_code == 400
    assert client.post(reverse("account_sso_start", args=[provider.organisation_id])).status_code == 404
    assert nobody_in(client)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"code": "one", "iss": "https://evil.example"}, 403),
        ({"error": "access_denied"}, 403),
        ({"error": "server_error", "error_description": "<script>alert(1)</script>"}, 403),
        ({}, 403),
        ({"code": ""}, 403),
    ],
)
def test_an_answer_without_a_code_or_of_another_issuer_opens_nothing(
    world: World,
    server: Answering,
    provider: IdentityProvider,
    client: Client,
    query: dict[str, str],
    status: int,
) -> None:
    sent = begin(client, provider)
    answer = come_back(client, provider, state=sent["state"], **query)
    assert answer.status_code == status
    assert "alert(1)" not in answer.content.decode()
    assert nobody_in(client)
    assert len(refusals()) == 1


def test_an_issuer_that_promises_to_name_itself_must(
    world: World, server: Answering, provider: IdentityProvider, client: Client
) -> None:
    known_as(world.user("asker"), provider)
    server.metadata["authorization_response_iss_parameter_supported"] = True
    try:
        assert sign_in(client, server, provider).status_code == 403
        sent = begin(client, provider)
        server.nonce = sent["nonce"]
        answer = come_back(client, provider, code="one", state=sent["state"], iss=server.issuer)
        assert answer.status_code == 302
    finally:
        del server.metadata["authorization_response_iss_parameter_supported"]


JSON = "application/json"


@pytest.mark.parametrize(
    ("path", "broken", "status"),
    [
        ("/token", (400, JSON, b'{"error": "invalid_grant"}', {}), 403),
        ("/token", (401, JSON, b'{"error": "invalid_client"}', {}), 403),
        ("/token", (500, "text/html", b"<h1>Oops</h1>", {}), 403),
        ("/token", (200, JSON, b"[]", {}), 403),
        ("/token", (200, JSON, b'{"access_token": "a"}', {}), 403),
        ("/token", (200, JSON, b'{"access_token": "a", "id_token": 1}', {}), 403),
        ("/token", (200, JSON, b'{"access_token": "a", "id_token": "a.b.c"}', {}), 403),
        ("/token", (200, JSON, b"not json", {}), 503),
        ("/token", (200, JSON, b"x" * 1_100_000, {}), 503),
        ("/token", (302, JSON, b"", {"Location": "http://127.0.0.1:1/"}), 503),
        ("/keys", (200, JSON, b'{"keys": []}', {}), 403),
        ("/keys", (200, JSON, b'{"keys": [{"kid": "one"}]}', {}), 403),
        ("/keys", (200, JSON, b'{"keys": 1}', {}), 403),
        ("/keys", (500, JSON, b"", {}), 503),
        ("/.well-known/openid-configuration", (500, JSON, b"", {}), 503),
        ("/.well-known/openid-configuration", (200, JSON, b"[]", {}), 403),
        ("/.well-known/openid-configuration", (200, JSON, b'{"issuer": "https://evil.example"}', {}), 403),
    ],
)
def test_whatever_a_provider_answers_is_a_page_and_no_session(
    world: World,
    server: Answering,
    provider: IdentityProvider,
    client: Client,
    path: str,
    broken: tuple[int, str, bytes, dict[str, str]],
    status: int,
) -> None:
    known_as(world.user("asker"), provider)
    sent = begin(client, provider)
    server.nonce, server.broken = sent["nonce"], {path: broken}
    answer = come_back(client, provider, code="one", state=sent["state"])
    assert answer.status_code == status
    assert "<h1" in answer.content.decode()
    assert nobody_in(client)
    assert refusals() == ["unreachable" if status == 503 else "rejected"]


def test_a_provider_that_is_gone_is_a_page_at_once(world: World, client: Client) -> None:
    with providers.answering() as server:
        provider = set_up(world.admin, server.issuer)
    answer = client.post(reverse("account_sso_start", args=[provider.organisation_id]))
    assert answer.status_code == 503
    assert "cannot be reached" in answer.content.decode()
