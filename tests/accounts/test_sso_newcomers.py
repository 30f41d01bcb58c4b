"""Coming in by an organisation's identity provider for the first time: who becomes a person or a member by it."""

import pytest
from django.test import Client

from accounts.actions.invite import invite
from accounts.links import invitation_url
from accounts.models import Identity, IdentityProvider, Membership, User
from core.audit.models import AuditEvent
from core.jobs import run
from notifications.models import Notification
from tests.accounts import providers, single_sign_on
from tests.accounts.providers import Answering, begin, come_back, known_as, set_up, sign_in
from tests.accounts.second_factor import state
from tests.accounts.single_sign_on import nobody_in, refusals
from tests.cast import World

pytestmark = [pytest.mark.usefixtures("own_cache"), pytest.mark.ci]
ADA = {"email": "ada@elsewhere.example", "given_name": "Ada", "family_name": "New", "email_verified": True}
running, server, provider = single_sign_on.running, single_sign_on.server, single_sign_on.provider


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
        ({**ADA, "email_verified": False}, "address_unconfirmed"),
        ({**ADA, "email_verified": None}, "address_unconfirmed"),
        ({**ADA, "email_verified": "false"}, "address_unconfirmed"),
        ({**ADA, "email_verified": "true"}, "address_unconfirmed"),
        ({name: ADA[name] for name in ("email", "given_name", "family_name")}, "address_unconfirmed"),
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


def test_an_address_that_nobody_has_confirmed_is_refused_with_what_the_provider_must_send(
    world: World, server: Answering, client: Client
) -> None:
    provider = set_up(world.admin, server.issuer, new_role="lab_staff")
    server.userinfo = {"sub": "subject-1", **ADA, "email_verified": "true"}
    assert "the claim email_verified as true" in sign_in(client, server, provider).content.decode()


@pytest.mark.parametrize(
    ("of_token", "elsewhere", "joined"),
    [
        ({}, True, {"ada@elsewhere.example"}),
        ({"email_verified": True}, False, {"chief@elsewhere.example"}),
        ({"email_verified": False}, True, set()),
    ],
)
def test_one_address_is_not_confirmed_by_the_word_about_another(
    world: World, server: Answering, client: Client, of_token: dict[str, bool], elsewhere: bool, joined: set[str]
) -> None:
    """The ID token names one address and userinfo another."""
    provider = set_up(world.admin, server.issuer, new_role="lab_staff")
    server.claims = {"email": "chief@elsewhere.example", **of_token}
    server.userinfo = {"sub": "subject-1", **ADA, "email_verified": elsewhere}
    sign_in(client, server, provider)
    new = User.objects.filter(email__endswith="@elsewhere.example")
    assert set(new.values_list("email", flat=True)) == joined


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
