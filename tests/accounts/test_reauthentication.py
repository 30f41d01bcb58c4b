"""Proving who one is for one act changes nothing about the session."""

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Invitation, Membership, User
from accounts.reauthentication import WrongProof, prove
from tests.accounts.second_factor import code, give_app
from tests.cast import PASSWORD, World, client_for


def test_an_outdated_hash_does_not_end_the_session_in_the_middle_of_a_signature(world: World) -> None:
    user = world.user("expert")
    user.password = PBKDF2PasswordHasher().encode("an older password", "salt", iterations=1)
    user.save(update_fields=["password"])
    client = client_for(world.expert)
    request = RequestFactory().post("/")
    request.user = user
    assert prove(request, {"password": "an older password"}) == "password"
    assert User.objects.get(pk=user.pk).password == user.password
    assert client.get("/").status_code == 200


def asked(world: World, who: str = "expert") -> HttpRequest:
    """A request of this person."""
    request = RequestFactory().post("/")
    request.user = world.user(who)
    return request


def test_a_code_proves_it_once(world: World, own_cache: None) -> None:
    codes = give_app(world.user("expert"))
    now = code()
    assert prove(asked(world), {"code": now}) == "totp"
    for spent in (now, codes[0], "000000"):
        with pytest.raises(WrongProof) as refusal:
            prove(asked(world), {"code": spent})
        assert refusal.value.field == "code"


def test_nothing_proves_nothing(world: World, own_cache: None) -> None:
    for nothing in ({}, {"password": ""}, {"credential": "{}"}):
        with pytest.raises(WrongProof):
            prove(asked(world), nothing)


def test_an_administrator_who_was_away_proves_who_they_are_before_inviting(world: World, own_cache: None) -> None:
    client = client_for(world.admin)
    stale(client)
    invitation = {
        "organisation": str(world.admin.lab()),
        "given_name": "Nora",
        "family_name": "Newcomer",
        "email": "nora@north.example",
        "role": "lab_staff",
        "language": "nl",
    }
    page = reverse("accounts:invite")
    assert 'name="password"' in client.get(page).content.decode()
    refused = client.post(page, invitation)
    assert refused.status_code == 422
    assert 'value="Newcomer"' in refused.content.decode(), "nothing typed is lost"
    assert client.post(page, invitation | {"password": "guess"}).status_code == 422
    assert not Invitation.objects.filter(email="nora@north.example").exists()
    assert client.post(page, invitation | {"password": PASSWORD}).status_code == 302
    assert 'name="password"' not in client.get(page).content.decode(), "five minutes of it"


@pytest.mark.parametrize("route", ["admin:accounts_invitation_add", "admin:accounts_membership_change"])
def test_the_admin_site_asks_as_well(world: World, own_cache: None, route: str) -> None:
    client = client_for(world.admin)
    address = reverse(route, args=[world.colleague.acting()] if "change" in route else [])
    assert client.get(address).status_code == 200
    stale(client)
    assert client.get(address).headers.get("Location", "").startswith(reverse("account_reauthenticate"))
    if "change" in route:
        given = {"role": "lab_staff", "registration_number": "", "registration_body": ""}
        refused = client.post(address, given)
        assert refused.status_code == 200
        assert "Show again that it is you" in refused.content.decode()
        assert Membership.objects.get(pk=world.colleague.acting()).role == "pathologist"


def test_the_page_for_a_fresh_proof_knows_who_came_by_invitation(world: World, own_cache: None) -> None:
    client = client_for(world.admin)
    stale(client)
    page = reverse("account_reauthenticate")
    assert client.post(page, {"password": "guess"}).status_code == 200
    assert client.post(f"{page}?next=/admin/", {"password": PASSWORD})["Location"] == "/admin/"
    assert client.get(reverse("admin:accounts_invitation_add")).status_code == 200


def stale(client: Client) -> None:
    """Let the last proof of this session be six minutes old."""
    session = client.session
    session[RECORDS] = [{**each, "at": each["at"] - 360} for each in session[RECORDS]]
    session.save()
