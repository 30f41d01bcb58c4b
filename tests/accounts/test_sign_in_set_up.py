"""Setting up an organisation's single sign-on, linking one's own account, and what becomes of both."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.actions.link_identity import unlink_identity
from accounts.actions.set_provider import ProviderFields, remove_provider, set_provider
from accounts.at_rest import decrypted
from accounts.models import Identity, IdentityProvider, SignIn
from accounts.oidc.client import PURPOSE
from core.actor import Actor, system
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.jobs import run
from core.jobs.models import Job
from notifications.models import Notification
from tests.accounts import providers
from tests.accounts.providers import CLIENT, SECRET, Answering, come_back, known_as, set_up, without_password
from tests.accounts.second_factor import state
from tests.cast import PASSWORD, World

pytestmark = pytest.mark.usefixtures("own_cache")
SignedIn = Callable[[Actor], Client]


@pytest.fixture(scope="module")
def running() -> Iterator[Answering]:
    with providers.answering() as server:
        yield server


@pytest.fixture
def server(running: Answering) -> Iterator[Answering]:
    """A provider that behaves."""
    running.claims, running.userinfo, running.broken, running.asked = {}, {}, {}, []
    before = dict(running.metadata)
    yield running
    running.metadata = before


def form(server: Answering, **more: Any) -> dict[str, Any]:
    return {"issuer": server.issuer, "client_id": CLIENT, "secret": SECRET, "new_role": "", "factor_values": ""} | more


def long_ago(client: Client) -> Client:
    """The last proof in this session was given an hour ago."""
    session = client.session
    session[RECORDS] = [{**each, "at": each["at"] - 3600} for each in session[RECORDS]]
    session.save()
    return client


# By whom, and what is kept


def test_the_secret_is_kept_encrypted_and_shown_nowhere(world: World, server: Answering, sign_in: SignedIn) -> None:
    client = sign_in(world.admin)
    page = reverse("accounts:single_sign_on")
    assert client.post(page, form(server, new_role="lab_staff", factor_values="mfa\nhwk mfa")).status_code == 302
    row = IdentityProvider.objects.get()
    assert (row.new_role, row.factor_values, row.version) == ("lab_staff", ["mfa", "hwk"], 1)
    assert SECRET not in " ".join(map(str, IdentityProvider.objects.values_list()[0]))
    assert decrypted(row.secret, PURPOSE) == SECRET
    shown = client.get(page).content.decode()
    assert SECRET not in shown
    assert row.secret not in shown
    assert f"http://testserver/accounts/sso/{world.admin.organisation}/callback/" in shown
    everything = "".join(map(str, [*AuditEvent.objects.values(), *Job.objects.values()]))
    assert SECRET not in everything
    assert row.secret not in everything
    assert SECRET not in client.get(reverse("api-single-sign-on")).content.decode()
    assert row.secret not in client.get(reverse("api-single-sign-on")).content.decode()
    change = reverse("admin:accounts_identityprovider_change", args=[row.pk])
    shown = client.get(change).content.decode()
    assert SECRET not in shown
    assert row.secret not in shown


def test_the_others_are_told_and_the_record_says_what_changed(world: World, server: Answering) -> None:
    set_up(world.admin, server.issuer)
    set_up(world.admin, server.issuer, 1, secret="", new_role="secretary")
    rows = AuditEvent.objects.filter(action="single_sign_on.set").order_by("pk")
    assert [row.facts["fields"] for row in rows] == [
        ["issuer", "client_id", "new_role", "factor_values", "secret"],
        ["new_role"],
    ]
    assert decrypted(IdentityProvider.objects.get().secret, PURPOSE) == SECRET
    run.drain()
    told = Notification.objects.filter(kind__startswith="sign_in.").values_list("kind", "recipient")
    assert set(told) == {("sign_in.set_up", world.officer.person), ("sign_in.changed", world.officer.person)}
    remove_provider(actor=world.admin, organisation_id=world.admin.lab())
    assert AuditEvent.objects.filter(action="single_sign_on.removed").count() == 1
    assert set_up(world.admin, server.issuer).version == 1


def test_saving_nothing_new_leaves_nothing(world: World, server: Answering) -> None:
    set_up(world.admin, server.issuer)
    set_up(world.admin, server.issuer, 1, secret="")
    assert AuditEvent.objects.filter(action="single_sign_on.set").count() == 1
    assert IdentityProvider.objects.get().version == 1


def test_nobody_sets_up_anothers(world: World, server: Answering, sign_in: SignedIn) -> None:
    with pytest.raises(Forbidden):
        set_up(world.officer, server.issuer)
    with pytest.raises(Forbidden):
        set_up(world.asker, server.issuer)
    fields = ProviderFields(issuer=server.issuer, client_id=CLIENT, secret=SECRET)
    with pytest.raises(Hidden):
        set_provider(actor=world.admin, organisation_id=world.expert.lab(), fields=fields)
    with pytest.raises(Forbidden):  # whoever runs the installation has no say in who signs in
        set_provider(actor=system("tests"), organisation_id=world.admin.lab(), fields=fields)
    set_up(world.admin, server.issuer)
    for other in (world.expert_admin, world.stranger):
        with pytest.raises(Hidden):
            remove_provider(actor=other, organisation_id=world.admin.lab())
    with pytest.raises(Forbidden):
        remove_provider(actor=world.officer, organisation_id=world.admin.lab())
    assert server.issuer in sign_in(world.officer).get(reverse("accounts:single_sign_on")).content.decode()
    assert 'name="issuer"' not in sign_in(world.officer).get(reverse("accounts:single_sign_on")).content.decode()
    assert server.issuer not in sign_in(world.expert_admin).get(reverse("accounts:single_sign_on")).content.decode()
    remove_provider(actor=system("tests"), organisation_id=world.admin.lab())
    assert not IdentityProvider.objects.exists()


def test_it_takes_a_fresh_proof(world: World, server: Answering, sign_in: SignedIn) -> None:
    client, page = long_ago(sign_in(world.admin)), reverse("accounts:single_sign_on")
    assert client.post(page, form(server)).status_code == 422
    assert client.post(page, form(server, password="wrong")).status_code == 422
    assert not IdentityProvider.objects.exists()
    assert server.asked == [], "nothing is asked of anybody for somebody who has not proved who they are"
    assert client.post(page, form(server, password=PASSWORD)).status_code == 302
    long_ago(client)
    client.post(reverse("accounts:remove_single_sign_on"))
    assert IdentityProvider.objects.exists()
    client.post(reverse("accounts:remove_single_sign_on"), {"password": PASSWORD})
    assert not IdentityProvider.objects.exists()
    api = long_ago(sign_in(world.admin))
    given = {"issuer": server.issuer, "client_id": CLIENT, "secret": SECRET}
    put = api.put(reverse("api-single-sign-on"), given, content_type="application/json")
    assert put.status_code == 401
    put = api.put(reverse("api-single-sign-on"), given | {"password": PASSWORD}, content_type="application/json")
    assert put.status_code == 200
    assert put.json()["redirect_uri"].endswith(f"/accounts/sso/{world.admin.organisation}/callback/")


def test_somebody_who_was_faster_is_not_overwritten(world: World, server: Answering, sign_in: SignedIn) -> None:
    set_up(world.admin, server.issuer)
    client = sign_in(world.admin)
    answer = client.post(reverse("accounts:single_sign_on"), form(server, client_id="mine", version=7))
    assert answer.status_code == 409
    assert "mine" in answer.content.decode(), "what was typed is still there"
    assert IdentityProvider.objects.get().client_id == CLIENT
    with pytest.raises(Conflict):
        set_up(world.admin, server.issuer)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"issuer": "https://127.0.0.1:1/other"}, "names itself otherwise"),
        ({"token_endpoint": "ftp://127.0.0.1/"}, "no encrypted addresses"),
        ({"jwks_uri": None}, "no encrypted addresses"),
        ({"response_types_supported": ["id_token"]}, "authorization code flow"),
        ({"code_challenge_methods_supported": ["plain"]}, "PKCE"),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "does not sign"),
    ],
)
def test_a_provider_that_cannot_be_used_is_said_so(
    world: World, server: Answering, sign_in: SignedIn, change: dict[str, Any], words: str
) -> None:
    server.metadata = server.metadata | change
    answer = sign_in(world.admin).post(reverse("accounts:single_sign_on"), form(server))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not IdentityProvider.objects.exists()


@pytest.mark.parametrize(
    "issuer",
    [
        "",
        "no address",
        "https://",
        "https://idp.example/?a=1",
        "https://idp.example/#a",
        "https://a@b.example/",
        "file:///",
        "http://idp.example",
    ],
)
def test_an_issuer_is_an_address(world: World, issuer: str) -> None:
    with pytest.raises(Invalid) as refusal:
        set_up(world.admin, issuer)
    assert set(refusal.value.fields) == {"issuer"}


@pytest.mark.parametrize("issuer", ["http://idp.example", "idp.example"])
def test_an_issuer_without_https_is_told_so_and_that_the_secret_is_typed_again(
    world: World, server: Answering, sign_in: SignedIn, issuer: str
) -> None:
    answer = sign_in(world.admin).post(reverse("accounts:single_sign_on"), form(server, issuer=issuer))
    assert answer.status_code == 422
    (words,) = answer.context["form"].errors["issuer"]
    assert "begins with https://" in words and "OUTGOING_NETWORKS" not in answer.text
    assert "Enter the client secret again" in answer.text and SECRET not in answer.text
    assert not server.asked


def test_everything_that_is_missing_is_said_at_once(world: World, sign_in: SignedIn) -> None:
    answer = sign_in(world.admin).post(reverse("accounts:single_sign_on"), {"issuer": ""})
    assert set(answer.context["form"].errors) == {"issuer", "client_id", "secret"}
    assert "Enter the client secret again" not in answer.text, "nothing was typed there"


@pytest.mark.parametrize(
    "role", ["lab_admin", "pathologist", "privacy_officer", "auditor", "outside_expert", "nonsense"]
)
def test_nobody_becomes_an_administrator_or_signs_by_coming_in(world: World, server: Answering, role: str) -> None:
    with pytest.raises(Invalid) as refusal:
        set_up(world.admin, server.issuer, new_role=role)
    assert set(refusal.value.fields) == {"new_role"}


def test_another_issuer_needs_its_own_secret(world: World, server: Answering) -> None:
    set_up(world.admin, server.issuer)
    with providers.answering() as other, pytest.raises(Invalid) as refusal:
        set_up(world.admin, other.issuer, 1, secret="")
    assert set(refusal.value.fields) == {"secret"}


def test_on_the_admin_site_it_is_the_same_action(world: World, server: Answering, sign_in: SignedIn) -> None:
    client = sign_in(world.admin)
    given = {"issuer": server.issuer, "client_id": CLIENT, "client_secret": SECRET, "new_role": "", "values": "mfa"}
    add = reverse("admin:accounts_identityprovider_add")
    assert client.get(add).status_code == 200
    assert client.post(add, given | {"client_secret": ""}).status_code == 200
    assert client.post(add, given).status_code == 302
    row = IdentityProvider.objects.get()
    assert row.organisation_id == world.admin.organisation
    assert AuditEvent.objects.get(action="single_sign_on.set").door == "admin"
    assert client.get(add).status_code == 403, "one for each organisation"
    change = reverse("admin:accounts_identityprovider_change", args=[row.pk])
    assert client.post(change, given | {"client_id": "other", "version_shown": 1}).status_code == 302
    row.refresh_from_db()
    assert (row.client_id, row.version) == ("other", 2)
    assert sign_in(world.expert_admin).get(change).status_code == 302, "another's is not there"
    listing = reverse("admin:accounts_identityprovider_changelist")
    assert "Nasking" not in sign_in(world.expert_admin).get(listing).content.decode()
    chosen = {"action": "remove", "_selected_action": [str(row.pk)]}
    long_ago(sign_in(world.admin)).post(listing, chosen)
    assert IdentityProvider.objects.exists(), "only after a fresh proof"
    client.post(listing, chosen)
    assert not IdentityProvider.objects.exists()


# Linking


def test_a_person_links_their_own_account_and_nobody_elses(world: World, server: Answering, sign_in: SignedIn) -> None:
    provider = set_up(world.admin, server.issuer)
    client = long_ago(sign_in(world.asker))
    path = reverse("accounts:link_identity", args=[provider.organisation_id])
    assert client.post(path).status_code == 422, "only after a fresh proof"
    sent = providers.way_out(client.post(path, {"password": PASSWORD}))
    server.nonce = sent["nonce"]
    answer = come_back(client, provider, code="one", state=sent["state"])
    assert answer["Location"] == reverse("accounts:identities")
    assert Identity.objects.get().person == world.user("asker")
    assert AuditEvent.objects.get(action="identity.linked").person == world.asker.person
    run.drain()
    assert any("linked to your account" in each.subject for each in mail.outbox)

    other = sign_in(world.colleague)
    sent = providers.way_out(other.post(path))
    server.nonce = sent["nonce"]
    answer = come_back(other, provider, code="one", state=sent["state"])
    assert answer.status_code == 409
    assert "This sign-in belongs to another account" in answer.content.decode()
    assert Identity.objects.get().person == world.user("asker")
    assert sign_in(world.stranger).post(path).status_code == 404


def test_what_began_under_one_person_is_not_linked_to_another(
    world: World, server: Answering, sign_in: SignedIn
) -> None:
    provider = set_up(world.admin, server.issuer)
    client = sign_in(world.asker)
    sent = providers.way_out(client.post(reverse("accounts:link_identity", args=[provider.organisation_id])))
    server.nonce = sent["nonce"]
    session = client.session
    kept = session["socialaccount_states"]
    kept[sent["state"]][0]["data"]["more"]["person"] = str(world.colleague.person)
    session["socialaccount_states"] = kept
    session.save()
    assert come_back(client, provider, code="one", state=sent["state"]).status_code == 403
    sent = providers.way_out(client.post(reverse("accounts:link_identity", args=[provider.organisation_id])))
    client.post(reverse("account_logout"))
    assert come_back(client, provider, code="one", state=sent["state"]).status_code == 400
    assert not Identity.objects.exists()


def test_the_only_way_in_is_not_unlinked(world: World, server: Answering, sign_in: SignedIn) -> None:
    provider = set_up(world.admin, server.issuer)
    asker = world.user("asker")
    identity = known_as(asker, provider)
    client = sign_in(world.asker)
    path = reverse("accounts:unlink_identity", args=[identity.pk])
    assert sign_in(world.colleague).post(path).status_code == 404
    client.post(path)
    assert not Identity.objects.exists()
    assert AuditEvent.objects.filter(action="identity.unlinked").count() == 1
    identity = known_as(asker, provider)
    without_password(asker)
    with pytest.raises(Conflict):
        unlink_identity(actor=world.asker, identity_id=identity.pk)
    second = Identity.objects.create(person=asker, issuer="https://gone.example", subject="1")
    with pytest.raises(Conflict):  # an issuer by which nobody signs in here any more is no way in
        unlink_identity(actor=world.asker, identity_id=identity.pk)
    unlink_identity(actor=world.asker, identity_id=second.pk)
    with pytest.raises(Hidden):
        unlink_identity(actor=world.asker, identity_id=uuid4())


def test_the_api_lists_and_unlinks(world: World, server: Answering, sign_in: SignedIn) -> None:
    provider = set_up(world.admin, server.issuer)
    identity = known_as(world.user("asker"), provider)
    client = sign_in(world.asker)
    assert [each["id"] for each in client.get(reverse("api-identities")).json()["results"]] == [str(identity.pk)]
    assert "subject-1" not in client.get(reverse("api-identities")).content.decode()
    path = reverse("api-identity-unlink", args=[identity.pk])
    assert client.post(path, "{}", content_type="application/json").status_code == 204
    assert client.post(path, "{}", content_type="application/json").status_code == 404


# When it goes


def test_with_another_issuer_the_sessions_end_that_the_former_one_opened(
    world: World, server: Answering, sign_in: SignedIn, client: Client
) -> None:
    provider = set_up(world.admin, server.issuer, factor_values=("mfa",))
    known_as(world.user("asker"), provider)
    server.claims = {"amr": ["mfa"]}
    providers.sign_in(client, server, provider)
    by_password = sign_in(world.colleague)
    set_up(world.admin, server.issuer, 1, client_id="another client", factor_values=("mfa",))
    assert state(client) == "in", "it is the same issuer still"
    with providers.answering() as other:
        set_up(world.admin, other.issuer, 2, factor_values=("mfa",))
    assert state(client) == "out"
    assert client.get("/api/v1/me").status_code == 401
    assert state(by_password) == "in"


def test_nobody_is_shut_out_without_a_word(world: World, server: Answering, sign_in: SignedIn, client: Client) -> None:
    provider = set_up(world.admin, server.issuer, factor_values=("mfa",))
    asker, colleague = world.user("asker"), world.user("colleague")
    known_as(asker, provider)
    known_as(colleague, provider, "subject-2")
    without_password(asker)
    page = reverse("accounts:single_sign_on")
    shown = sign_in(world.admin).get(page).content.decode()
    assert asker.email in shown
    assert colleague.email not in shown, "has a password as well"
    server.claims = {"amr": ["mfa"]}
    providers.sign_in(client, server, provider)
    assert state(client) == "in"
    remove_provider(actor=world.admin, organisation_id=world.admin.lab())
    assert state(client) == "out"
    assert SignIn.objects.get(person=asker).ended_at
    assert AuditEvent.objects.get(action="single_sign_on.removed").facts["shut_out"] == 1
    run.drain()
    told = [each for each in mail.outbox if each.subject == "You need a password from now on"]
    assert [each.to for each in told] == [[asker.email]]
    # And by that mail they come in again.
    client.post(reverse("account_reset_password"), {"email": asker.email})
    run.drain()
    assert any("password/reset/key" in each.body for each in mail.outbox if each.to == [asker.email])
