"""Coming in by an organisation's identity provider: who does, who does not, and by which doors of ours."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.deactivate import deactivate
from accounts.actions.end_membership import end_membership
from accounts.models import Identity, IdentityProvider, Membership, Organisation, SignIn, User
from accounts.models.organisation import Kind
from accounts.policy import visible_audit
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.accounts import providers, single_sign_on
from tests.accounts.providers import Answering, begin, come_back, known_as, set_up, sign_in
from tests.accounts.second_factor import code, give_app, state
from tests.accounts.single_sign_on import nobody_in, refusals
from tests.cast import World

pytestmark = [pytest.mark.usefixtures("own_cache"), pytest.mark.ci]
SignedIn = Callable[[Actor], Client]
running, server, provider = single_sign_on.running, single_sign_on.server, single_sign_on.provider


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
    assert client.get(path)["Location"] == reverse("account_sso"), "a GET sets nobody out"
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
