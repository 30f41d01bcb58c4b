"""Proving anew at an organisation's identity provider who one is: for another way in, a signature, an idle session."""

import time
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from django.test import Client
from django.urls import reverse

from accounts.models import IdentityProvider
from consult.reports.models import Signature
from core.audit.models import AuditEvent
from tests.accounts import providers, single_sign_on
from tests.accounts.providers import Answering, come_back, known_as, set_up, sign_in, without_password
from tests.accounts.second_factor import state
from tests.accounts.single_sign_on import refusals
from tests.cast import World
from tests.reports import pages

pytestmark = [pytest.mark.usefixtures("own_cache"), pytest.mark.ci]
running, server, provider = single_sign_on.running, single_sign_on.server, single_sign_on.provider


def idle_for(client: Client, seconds: int) -> None:
    """The last proof in this session lies so long back."""
    session = client.session
    session[RECORDS] = [{**each, "at": each["at"] - seconds} for each in session[RECORDS]]
    session.save()


@pytest.fixture
def only_there(world: World, server: Answering, client: Client) -> IdentityProvider:
    """The asker has no password here, and is signed in by the provider, whose second factor counts."""
    provider = set_up(world.admin, server.issuer, factor_values=("mfa",))
    asker = world.user("asker")
    known_as(asker, provider)
    without_password(asker)
    server.claims = {"amr": ["mfa"]}
    sign_in(client, server, provider)
    assert state(client) == "in"
    return provider


def prove_there(client: Client, server: Answering, provider: IdentityProvider, **more: Any) -> Any:
    sent = providers.way_out(client.post(reverse("account_sso_prove"), more))
    assert (sent["prompt"], sent["max_age"]) == ("login", "0")
    server.nonce = sent["nonce"]
    return come_back(client, provider, code="one", state=sent["state"])


@pytest.mark.parametrize("route", ["mfa_add_webauthn", "mfa_activate_totp", "account_set_password"])
def test_a_sign_in_that_is_not_fresh_adds_no_other_way_in(
    world: World, server: Answering, only_there: IdentityProvider, client: Client, route: str
) -> None:
    page = reverse(route)
    assert client.get(page).status_code == 200
    idle_for(client, 600)
    answer = client.get(page, follow=True)
    assert answer.redirect_chain and answer.redirect_chain[-1][0].startswith(reverse("account_sso_prove"))
    assert "Show it at Nasking" in answer.content.decode()
    prove_there(client, server, only_there, next=page)
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("ago", [400, 100_000, None])
def test_it_must_say_that_they_signed_in_just_now(
    world: World, server: Answering, only_there: IdentityProvider, client: Client, ago: int | None
) -> None:
    server.claims = {"amr": ["mfa"], "auth_time": None if ago is None else int(time.time()) - ago}
    answer = prove_there(client, server, only_there)
    assert answer.status_code == 403
    assert "This is no fresh proof" in answer.content.decode()
    assert refusals() == ["not_fresh"]


def test_somebody_else_at_the_provider_proves_nothing(
    world: World, server: Answering, only_there: IdentityProvider, client: Client
) -> None:
    server.claims = {"amr": ["mfa"], "sub": "subject-2"}
    assert prove_there(client, server, only_there).status_code == 403
    assert refusals() == ["another_person"]
    known_as(world.user("colleague"), only_there, "subject-2")
    assert prove_there(client, server, only_there).status_code == 403


def test_it_signs_once(world: World, server: Answering, client: Client) -> None:
    """The expert has no password here: what was shown at the provider counts for one signature."""
    provider = set_up(world.expert_admin, server.issuer, factor_values=("mfa",))
    expert = world.user("expert")
    known_as(expert, provider)
    without_password(expert)
    server.claims = {"amr": ["mfa"]}
    sign_in(client, server, provider)
    report = pages.write(world)
    held = pages.preview(client, report)
    shown = client.get(reverse("reports:preview", args=[report.pk])).content.decode()
    assert reverse("account_sso_prove") in shown
    assert 'name="password"' not in shown
    refused = pages.sign(client, report, held, password="", provider="yes")
    assert refused.status_code == 422
    assert "Show it at your organisation first" in refused.content.decode()
    assert "That is done" in prove_there(client, server, provider).content.decode()
    assert pages.sign(client, report, held, password="", provider="yes").status_code == 302
    assert Signature.objects.get(version__report=report).method == "provider"
    assert "proved_at_provider" not in client.session


def test_an_idle_session_goes_on_by_it(
    world: World, server: Answering, only_there: IdentityProvider, client: Client
) -> None:
    client.post(reverse("accounts:presence"), {"pause": "1"})
    assert state(client) == "idle"
    assert reverse("account_sso_prove") in client.get(reverse("accounts:resume")).content.decode()
    answer = prove_there(client, server, only_there, next="/cases/")
    assert answer["Location"] == "/cases/"
    assert state(client) == "in"
    assert AuditEvent.objects.get(action="session.resumed").facts["method"] == "provider"
