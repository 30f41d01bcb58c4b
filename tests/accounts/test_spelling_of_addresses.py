"""An address is the same one in whatever letters it is typed: it signs in, is invited and is taken once."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.edit_person import edit_person
from accounts.actions.invite import invite
from accounts.models import AddressChange, Invitation, User
from consult.requests.models import OutsideExpert
from consult.requests.outside import actions as outside
from core.actor import Actor
from core.errors import Forbidden, Invalid
from core.jobs.models import Job
from tests.accounts.test_sign_in import enter
from tests.cast import World
from tests.requests.outside import WHO

TYPED = "Anna.Jansen@Lab.Example"
SPELLINGS = [TYPED, TYPED.lower(), TYPED.upper(), f" {TYPED} "]
PASSWORD = "a long sentence nobody knows"
NOBODY = Actor(person=None, name="")


@pytest.fixture(autouse=True)
def the_password_alone(settings: Settings) -> None:
    """The second step has tests of its own (test_second_factor.py)."""
    settings.SECOND_FACTOR_REQUIRED = False


def invited(world: World, email: str = TYPED, role: str = "lab_staff", **changes: Any) -> Invitation:
    given = {"given_name": "Anna", "family_name": "Jansen", **changes}
    return invite(actor=world.admin, organisation_id=world.admin.lab(), email=email, role=role, **given)


def joined(world: World, email: str = TYPED) -> User:
    return accept_invitation(actor=NOBODY, invitation_id=invited(world, email).pk, password=PASSWORD)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_who_was_invited_with_capitals_signs_in_in_any_spelling(world: World, spelling: str) -> None:
    person = joined(world)
    client = Client(headers={"X-Forwarded-For": f"visitor-{len(spelling)}-{spelling[1:4]}"})
    assert enter(client, spelling, PASSWORD) == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_it_is_kept_in_small_letters_wherever_it_enters(world: World) -> None:
    assert {joined(world).email, Invitation.objects.get(given_name="Anna").email} == {TYPED.lower()}
    assert User.objects.create_user("Bo.Ek@Lab.Example", PASSWORD).email == "bo.ek@lab.example"
    colleague = world.user("colleague")
    names = {"title": "", "given_name": colleague.given_name, "family_name": colleague.family_name}
    edit_person(actor=world.admin, person_id=colleague.pk, email="New.Place@Lab.Example", **names)
    assert AddressChange.objects.get().new_email == "new.place@lab.example"
    outside.propose(
        actor=world.asker,
        request_id=world.request("draft").pk,
        who=outside.Who(**WHO | {"email": "Eva.Ute@Else.Example"}),
    )
    assert OutsideExpert.objects.get().email == "eva.ute@else.example"


def test_the_same_address_in_other_letters_asks_for_no_change(world: World) -> None:
    colleague = world.user("colleague")
    names = {"title": "", "given_name": colleague.given_name, "family_name": colleague.family_name}
    edit_person(actor=world.admin, person_id=colleague.pk, email=colleague.email.upper(), **names)
    assert not AddressChange.objects.exists()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_nobody_is_made_or_invited_twice_in_another_spelling(world: World, spelling: str) -> None:
    waiting = invited(world)
    with pytest.raises(Invalid, match="waits there already"):
        invited(world, spelling)
    person = accept_invitation(actor=NOBODY, invitation_id=waiting.pk, password=PASSWORD)
    with pytest.raises(Invalid, match="a member in this role already"):
        invited(world, spelling)
    again = invited(world, spelling, role="secretary")
    with pytest.raises(Forbidden, match="an account with this address"):
        accept_invitation(actor=NOBODY, invitation_id=again.pk, password=PASSWORD)
    assert User.objects.filter(email__iexact=TYPED).get() == person


def test_a_password_is_reset_in_any_spelling(world: World) -> None:
    person = joined(world)
    Client().post(reverse("account_reset_password"), {"email": TYPED.upper()})
    assert Job.objects.filter(kind="accounts.password_reset_mail", subject=person.pk).exists()
