"""What a password may be: any words that are long enough and not everybody's, taken exactly as they were typed."""

from uuid import uuid4

import pytest
from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.invite import invite
from accounts.models import User
from core.actor import Actor, Door, system
from core.errors import Invalid
from tests.cast import PASSWORD, World, client_for


def change(client: Client, new: str, old: str = PASSWORD) -> int:
    """Change the password by the page; 302 when it was changed."""
    given = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), given).status_code


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize(
    "password",
    [
        "only small letters here",
        "894721094712",
        "ÅÄÖ åäö ß 雪が降る",
        "  spaces before and after  ",
        "a long one of many words " * 4 + "that nobody cuts off at the end of the field",
        "<script>alert(1)</script>",
    ],
)
def test_any_words_will_do_and_are_taken_as_they_are(world: World, password: str) -> None:
    assert change(client_for(world.asker), password) == 302
    person = world.user("asker")
    assert person.check_password(password)
    for other in (password.strip(), password.upper(), password[:64], password + " "):
        assert other == password or not person.check_password(other)
    visitor = Client(headers={"X-Forwarded-For": f"password-{uuid4().hex[:16]}"})
    assert visitor.post(reverse("account_login"), {"login": person.email, "password": password}).status_code == 302


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "passwordpassword",
        "Consilium2026!",
        "Pathologist-1956",
        "laboratorium laboratorium",
        "asker@north.example",
        "north laboratory 2026",
        "patolog.sjukhus.77",
        "123456789012",
        "098765432109",
        "qwertyuiop[]",
        "azertyuiopqs",
        "1qaz2wsx3edc",
        "aaaaaaaaaaaaaa",
        "abcabcabcabc",
        "121212121212",
        "abcdefghijkl",
        "P@ssw0rd-2026!",
        "hunter hunter hunter",
        "C0ns1l1um-1234",
    ],
)
def test_what_everybody_would_try_first_is_refused(world: World, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, world.user("asker"))


@pytest.mark.parametrize("password", [PASSWORD, "my laboratory has four windows", "zwvkqpnxcmtr"])
def test_a_word_of_the_house_among_others_is_no_harm(world: World, password: str) -> None:
    validate_password(password, world.user("asker"))
    validate_password(password, User(email="new@new.example"))


@pytest.mark.parametrize(
    "password",
    ["123456789012", "ada-byron-1815", "new.person@new", "South Laboratory 12", "qwerty-asdfgh-1", "Ada!Ada!Ada!Ada!"],
)
def test_an_invited_person_is_refused_it_as_well(world: World, password: str) -> None:
    invitation = invite(
        actor=system("tests", Door.COMMAND),
        organisation_id=world.expert.lab(),
        email="new.person@new.example",
        given_name="Ada",
        family_name="Byron",
        role="secretary",
    )
    with pytest.raises(Invalid) as refusal:
        accept_invitation(actor=Actor(person=None, name=""), invitation_id=invitation.pk, password=password)
    assert "password" in refusal.value.fields


@pytest.mark.usefixtures("own_cache")
def test_the_page_that_changes_it_refuses_keys_in_a_row(world: World) -> None:
    assert change(client_for(world.asker), "123456789012") == 200
    assert world.user("asker").check_password(PASSWORD)


def test_a_reset_refuses_keys_in_a_row(world: World) -> None:
    person = world.user("asker")
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    client = Client()
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})
    form = client.get(path, follow=True).redirect_chain[-1][0]
    answer = client.post(form, {"password1": "123456789012", "password2": "123456789012"})
    assert "keys in a row" in answer.content.decode()
    assert world.user("asker").check_password(PASSWORD)


def test_changing_it_asks_for_the_old_one(world: World) -> None:
    assert change(client_for(world.asker), "entirely new words", old="not my password") == 200
    assert world.user("asker").check_password(PASSWORD)


def test_the_field_hides_it_and_lets_a_password_manager_in(world: World) -> None:
    page = Client().get(reverse("account_login")).content.decode()
    assert 'type="password"' in page and 'autocomplete="current-password"' in page
    assert (
        "onpaste" not in page and 'autocomplete="off"' not in page and "maxlength" not in page.split("password", 1)[1]
    )


def test_it_is_kept_by_a_slow_hash_with_a_salt_of_its_own(world: World) -> None:
    assert settings.PASSWORD_HASHERS[1].endswith("ScryptPasswordHasher")  # 0 is the tests' own quick one
    first, second = (make_password("some words here", hasher="scrypt") for _ in range(2))
    assert first != second
    algorithm, work, *_rest = first.split("$")
    assert (algorithm, int(work) >= 2**14) == ("scrypt", True)


def test_it_holds_until_it_is_changed(world: World) -> None:
    """No date of a password is kept anywhere, so none can run out."""
    assert not [
        field.name for field in User._meta.get_fields() if "password" in field.name and field.name != "password"
    ]
    assert authenticate(None, email=world.user("asker").email, password=PASSWORD) == world.user("asker")


def test_nobody_can_sign_in_who_was_not_invited(world: World) -> None:
    """No account comes with the installation: the first administrator is invited too."""
    for name in ("admin", "root", "test", "admin@admin"):
        assert authenticate(None, email=name, password=name) is None


def test_signing_out_tells_the_browser_to_forget(world: World) -> None:
    client = client_for(world.asker)
    assert client.get(reverse("account_logout")).headers.get("Clear-Site-Data") is None
    assert client.post(reverse("account_logout"))["Clear-Site-Data"] == '"cache", "storage"'
    client = client_for(world.asker)
    own = reverse("accounts:end_session", args=[client.session["sign_in"]])
    assert client.post(own)["Clear-Site-Data"] == '"cache", "storage"'


def test_every_page_offers_to_sign_out(world: World) -> None:
    client = client_for(world.asker)
    sent = world.request("sent")
    for address in ("/", reverse("cases:list"), reverse("requests:detail", args=[sent.pk]), reverse("cases:new")):
        assert f'action="{reverse("account_logout")}"' in client.get(address).content.decode(), address
