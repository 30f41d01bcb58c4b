"""Coming in by an organisation's identity provider: who does, who does not, and that nothing forged gets anywhere."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from accounts.actions.deactivate import deactivate
from accounts.actions.end_membership import end_membership
from accounts.actions.invite import invite
from accounts.actions.set_provider import remove_provider
from accounts.links import invitation_url
from accounts.models import Identity, IdentityProvider, Membership, Organisation, SignIn, User
from accounts.models.organisation import Kind
from accounts.policy import visible_audit
from consult.reports.models import Signature
from core.actor import Actor
from core.audit.models import AuditEvent
from core.jobs import run
from notifications.models import Notification
from tests.accounts import providers
from tests.accounts.providers import (
    CLIENT,
    OTHER_KEY,
    Answering,
    begin,
    come_back,
    known_as,
    set_up,
    sign_in,
    without_password,
)
from tests.accounts.second_factor import code, give_app, state
from tests.cast import World
from tests.reports import pages

pytestmark = [pytest.mark.usefixtures("own_cache"), pytest.mark.ci]
SignedIn = Callable[[Actor], Client]
ADA = {"email": "ada@elsewhere.example", "given_name": "Ada", "family_name": "New", "email_verified": True}


@pytest.fixture(scope="module")
def running() -> Iterator[Answering]:
    with providers.answering() as server:
        yield server


@pytest.fixture
def server(running: Answering) -> Answering:
    """A provider that behaves."""
    running.claims, running.userinfo, running.broken, running.asked = {}, {}, {}, []
    running.key, running.algorithm = providers.KEY, "RS256"
    return running


@pytest.fixture
def provider(world: World, server: Answering) -> IdentityProvider:
    """The asking laboratory's, with nobody new let in and our own second factor asked."""
    return set_up(world.admin, server.issuer)


def refusals() -> list[str]:
    """Why somebody was refused, the newest first."""
    rows = AuditEvent.objects.filter(action="session.refused", outcome="denied").order_by("-pk")
    return [row.reason for row in rows]


def nobody_in(client: Client) -> bool:
    return SESSION_KEY not in client.session


# Who comes in


def test_whoever_is_known_by_issuer_and_subject_comes_in_and_is_asked_for_our_second_factor(
    world: World, server: Answering, provider: IdentityProvider, client: Client
) -> None:
    asker = world.user("asker")
    give_app(asker)
    identity = known_as(asker, provider)
    before = client.session.session_key
    answer = sign_in(client, server, provider, next="/cases/")
    assert answer.status_code == 302
    assert answer["Location"] == reverse("mfa_authenticate")
    assert nobody_in(client)
    answer = client.post(reverse("mfa_authenticate"), {"code": code()})
    assert answer["Location"] == "/cases/"
    assert state(client) == "in"
    assert client.session.session_key != before
    row = SignIn.objects.get(person=asker)
    assert (row.organisation_id, row.factor) == (world.admin.organisation, "totp")
    identity.refresh_from_db()
    assert identity.used_at
    started = AuditEvent.objects.get(action="session.started", person=asker.pk)
    assert started.facts["provider_of"] == str(world.admin.organisation)
    assert "Single sign-on, North asking laboratory" in client.get(reverse("accounts:sessions")).content.decode()


@pytest.mark.parametrize("told", [{"amr": ["pwd", "mfa"]}, {"acr": "mfa"}])
def test_the_providers_second_factor_counts_where_the_organisation_says_so(
    world: World, server: Answering, client: Client, told: dict[str, object]
) -> None:
    provider = set_up(world.admin, server.issuer, factor_values=("mfa",))
    known_as(world.user("asker"), provider)
    server.claims = told
    assert sign_in(client, server, provider).status_code == 302
    assert state(client) == "in"
    assert SignIn.objects.get(person=world.asker.who()).factor == "provider"


@pytest.mark.parametrize("told", [{}, {"amr": ["pwd"]}, {"amr": "mfa"}, {"amr": {"mfa": 1}}, {"acr": ["mfa"]}])
def test_a_second_factor_that_the_provider_does_not_state_does_not_count(
    world: World, server: Answering, client: Client, told: dict[str, object]
) -> None:
    provider = set_up(world.admin, server.issuer, factor_values=("mfa",))
    known_as(world.user("asker"), provider)
    server.claims = told
    sign_in(client, server, provider)
    assert state(client) == "weak"
    assert client.get("/cases/")["Location"].startswith(reverse("mfa_index"))


def test_an_organisations_word_opens_only_what_is_its_own(world: World, server: Answering, client: Client) -> None:
    """Somebody who works for another laboratory too is asked for our own second factor."""
    provider = set_up(world.admin, server.issuer, factor_values=("mfa",))
    asker = world.user("asker")
    known_as(asker, provider)
    Membership.objects.create(user=asker, organisation_id=world.expert.lab(), role="lab_staff")
    server.claims = {"amr": ["mfa"]}
    sign_in(client, server, provider)
    assert state(client) == "weak"


def test_a_hospital_groups_provider_signs_in_the_people_of_its_laboratories(
    world: World, server: Answering, client: Client
) -> None:
    provider = set_up(world.admin, server.issuer)
    group = Organisation.objects.create(name="A group", short_name="Grp", country="NL", kind=Kind.GROUP)
    Organisation.objects.filter(pk=world.expert.lab()).update(parent=group)
    IdentityProvider.objects.filter(pk=provider.pk).update(organisation=group)
    provider.refresh_from_db()
    known_as(world.user("expert"), provider)
    known_as(world.user("stranger"), provider, "subject-2")
    sign_in(client, server, provider)
    assert state(client) == "weak"
    server.claims = {"sub": "subject-2"}
    other = Client()
    assert sign_in(other, server, provider).status_code == 403
    assert nobody_in(other)


def test_it_asks_for_no_more_than_it_needs(world: World, server: Answering, client: Client) -> None:
    provider = set_up(world.admin, server.issuer)
    sent = begin(client, provider)
    assert sent["scope"] == "openid"
    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert sent["redirect_uri"].endswith(f"/accounts/sso/{world.admin.organisation}/callback/")
    assert len(sent["nonce"]) > 40
    again = begin(client, provider)
    assert not {sent[name] for name in ("nonce", "state", "code_challenge")} & set(again.values())
    # What stands in our own address is none of its business.
    path = reverse("account_sso_start", args=[provider.organisation_id])
    pushed = providers.way_out(client.post(f"{path}?scope=offline_access&auth_params=prompt%3Dnone"))
    assert pushed["scope"] == "openid"
    assert "prompt" not in pushed


def test_the_code_is_exchanged_with_its_verifier_and_our_secret(
    world: World, server: Answering, provider: IdentityProvider, client: Client
) -> None:
    known_as(world.user("asker"), provider)
    sign_in(client, server, provider)
    sent = next(given for path, given in server.asked if path == "/token")
    assert sent["client_secret"] == [providers.SECRET]
    assert len(sent["code_verifier"][0]) >= 43
    assert not [path for path, _given in server.asked if path == "/me"], "nobody new comes in, so no particulars"


# Who does not


def test_nobody_is_known_by_an_address(
    world: World, server: Answering, provider: IdentityProvider, client: Client
) -> None:
    """The provider names the asker's own, confirmed address; nothing happens, and a row says that somebody tried."""
    people, memberships = User.objects.count(), Membership.objects.count()
    server.claims = {"email": world.user("asker").email, "email_verified": True}
    answer = sign_in(client, server, provider)
    assert answer.status_code == 403
    assert "You have no account here yet" in answer.content.decode()
    assert nobody_in(client)
    assert refusals() == ["unknown"]
    assert (User.objects.count(), Membership.objects.count(), Identity.objects.count()) == (people, memberships, 0)
    row = AuditEvent.objects.get(action="session.refused")
    assert "subject-1" not in str(row.__dict__)
    assert visible_audit(world.officer).filter(pk=row.pk).exists(), "its privacy officer reads of it"
    assert not visible_audit(world.expert_admin).filter(pk=row.pk).exists()


def test_who_has_left_does_not_come_in(
    world: World, server: Answering, provider: IdentityProvider, client: Client
) -> None:
    known_as(world.user("colleague"), provider)
    deactivate(actor=world.admin, person_id=world.colleague.who())
    answer = sign_in(client, server, provider)
    assert answer.status_code == 403
    assert "Your account is closed" in answer.content.decode()
    assert nobody_in(client)
    assert refusals() == ["left"]


def test_an_ended_membership_does_not_come_back(world: World, server: Answering, client: Client) -> None:
    provider = set_up(world.admin, server.issuer, new_role="lab_staff")
    known_as(world.user("colleague"), provider)
    end_membership(actor=world.admin, membership_id=world.colleague.acting())
    answer = sign_in(client, server, provider)
    assert answer.status_code == 403
    assert nobody_in(client)
    assert refusals() == ["not_a_member"]
    assert not Membership.objects.active().filter(user=world.colleague.who()).exists()


def test_one_organisations_provider_lets_nobody_into_another(
    world: World, server: Answering, provider: IdentityProvider, client: Client
) -> None:
    """The stranger belongs to another laboratory: not by this provider, although its issuer knows them."""
    known_as(world.user("stranger"), provider)
    assert sign_in(client, server, provider).status_code == 403
    assert refusals() == ["not_a_member"]
    assert not Membership.objects.filter(user=world.stranger.who(), organisation=world.admin.organisation).exists()


# For the first time


def test_a_new_person_becomes_a_member_where_the_organisation_wants_that(
    world: World, server: Answering, client: Client
) -> None:
    provider = set_up(world.admin, server.issuer, new_role="lab_staff")
    assert set(begin(client, provider)["scope"].split()) == {"openid", "profile", "email"}
    server.userinfo = {"sub": "subject-1", **ADA}
    assert sign_in(client, server, provider).status_code == 302
    ada = User.objects.get(email="ada@elsewhere.example")
    assert not ada.has_usable_password()
    assert str(ada) == "Ada New"
    membership = Membership.objects.get(user=ada)
    assert (membership.organisation_id, membership.role) == (world.admin.organisation, "lab_staff")
    assert state(client) == "weak", "every role owes a second factor"
    joined = AuditEvent.objects.get(action="membership.joined")
    assert (joined.person, joined.organisation, joined.facts["role"]) == (ada.pk, world.admin.organisation, "lab_staff")
    assert AuditEvent.objects.filter(action="identity.linked", object_id=str(ada.pk)).exists()
    run.drain()
    told = Notification.objects.filter(kind="sign_in.joined").values_list("recipient", flat=True)
    assert set(told) == {world.admin.person, world.officer.person}
    # The second time it is the same person.
    again = Client()
    sign_in(again, server, provider)
    assert state(again) == "weak"
    assert Membership.objects.filter(user=ada).count() == 1


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({}, "no_particulars"),
        ({"email": "no address", "given_name": "A", "family_name": "B"}, "no_particulars"),
        ({**ADA, "email_verified": False}, "no_particulars"),
        ({**ADA, "family_name": ""}, "no_particulars"),
        ({**ADA, "email": "ASKER@north.example"}, "address_taken"),
    ],
)
def test_a_new_person_needs_a_name_and_an_address_of_their_own(
    world: World, server: Answering, client: Client, told: dict[str, object], why: str
) -> None:
    provider = set_up(world.admin, server.issuer, new_role="lab_staff")
    people = User.objects.count()
    server.userinfo = {"sub": "subject-1", **told}
    answer = sign_in(client, server, provider)
    assert answer.status_code == 403
    assert refusals() == [why]
    assert nobody_in(client)
    assert (User.objects.count(), Identity.objects.count()) == (people, 0)


def test_particulars_of_somebody_else_are_not_taken(world: World, server: Answering, client: Client) -> None:
    provider = set_up(world.admin, server.issuer, new_role="lab_staff")
    server.userinfo = {"sub": "subject-2", **ADA}
    assert sign_in(client, server, provider).status_code == 403
    assert refusals() == ["rejected"]


def test_two_organisations_at_one_issuer_know_the_same_person(
    world: World, server: Answering, provider: IdentityProvider
) -> None:
    """The key is issuer and subject, whatever client it came by; what opens is what one belongs to, and to one is added
    another only where that one wants it."""
    asker = world.user("asker")
    known_as(asker, provider)
    theirs = set_up(world.expert_admin, server.issuer, client_id="another client")
    server.claims, server.userinfo = {"aud": "another client"}, {"sub": "subject-1"}
    client = Client()
    assert sign_in(client, server, theirs).status_code == 403
    assert refusals() == ["not_a_member"]
    theirs = set_up(world.expert_admin, server.issuer, 1, client_id="another client", new_role="lab_staff")
    sign_in(client, server, theirs)
    assert state(client) == "weak"
    assert Identity.objects.get().person == asker, "no second account"
    roles = set(Membership.objects.filter(user=asker).values_list("organisation", "role"))
    assert roles == {(world.asker.organisation, "pathologist"), (world.expert.organisation, "lab_staff")}


# Nothing forged gets anywhere


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


# The doors


def test_the_list_is_the_same_for_everybody(
    world: World, provider: IdentityProvider, client: Client, sign_in: SignedIn
) -> None:
    set_up(world.expert_admin, provider.issuer)
    shown = client.get(reverse("account_sso")).content.decode()
    assert "Sign in with North asking laboratory" in shown
    assert "Sign in with North answering laboratory" in shown
    assert "North other laboratory" not in shown
    assert reverse("account_sso") in client.get(reverse("account_login")).content.decode()


def test_off_we_go_by_a_page_of_ours_and_never_to_a_made_up_place(
    world: World, provider: IdentityProvider, client: Client
) -> None:
    path = reverse("account_sso_start", args=[provider.organisation_id])
    assert client.get(path).status_code == 405
    answer = client.post(path, {"next": "https://evil.example/"})
    assert answer["Refresh"].startswith(f"0;url={provider.issuer}/authorize?")
    assert "form-action 'self'" in answer["Content-Security-Policy"]
    assert "evil.example" not in str(dict(client.session))
    assert client.post(reverse("account_sso_start", args=[uuid4()])).status_code == 404
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403


def test_coming_and_going_is_limited(world: World, provider: IdentityProvider, client: Client) -> None:
    for _ in range(30):
        come_back(client, provider, code="one", state="made up")
    answer = come_back(client, provider, code="one", state="made up")
    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert client.post(reverse("account_sso_start", args=[provider.organisation_id])).status_code == 429


# Proving it anew


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


def test_an_invitation_is_accepted_with_it_instead_of_a_password(
    world: World, server: Answering, provider: IdentityProvider, client: Client
) -> None:
    invitation = invite(
        actor=world.admin,
        organisation_id=world.admin.lab(),
        email="nora@north.example",
        given_name="Nora",
        family_name="Newcomer",
        role="lab_staff",
    )
    path = "/" + invitation_url(invitation.pk).split("/", 3)[3]
    assert "Accept with your sign-in at North asking laboratory" in client.get(path).content.decode()
    sent = providers.way_out(client.post(path, {"organisation": str(world.admin.organisation)}))
    server.nonce = sent["nonce"]
    assert come_back(client, provider, code="one", state=sent["state"]).status_code == 302
    assert state(client) == "weak"
    nora = User.objects.get(email="nora@north.example")
    assert not nora.has_usable_password()
    assert Identity.objects.get().person == nora
    assert Membership.objects.get(user=nora).role == "lab_staff"
    # What belongs to somebody already is not given to another by an invitation.
    second = invite(
        actor=world.admin,
        organisation_id=world.admin.lab(),
        email="other@north.example",
        given_name="Other",
        family_name="Newcomer",
        role="lab_staff",
    )
    other = Client()
    path = "/" + invitation_url(second.pk).split("/", 3)[3]
    sent = providers.way_out(other.post(path, {"organisation": str(world.admin.organisation)}))
    server.nonce = sent["nonce"]
    assert come_back(other, provider, code="one", state=sent["state"]).status_code == 409
    assert not User.objects.filter(email="other@north.example").exists()
    assert nobody_in(other)
