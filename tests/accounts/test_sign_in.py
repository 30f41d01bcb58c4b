"""Signing in and out, passwords, and what a stranger can learn by trying."""

from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts import sessions
from accounts.effects import PASSWORD_CHANGED_MAIL, PASSWORD_RESET_MAIL
from accounts.models import User
from core.audit.models import AuditEvent, Outcome
from tests.accounts.jobs import do
from tests.cast import PASSWORD, World, client_for
from tests.finding import found


@pytest.fixture(autouse=True)
def the_password_alone(settings: Settings) -> None:
    """The second step has tests of its own (test_second_factor.py)."""
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def visitor() -> Client:
    """Somebody from an address of their own, so that limits of other tests do not count."""
    return Client(headers={"X-Forwarded-For": f"visitor-{uuid4().hex[:20]}"})


def enter(client: Client, email: str, password: str = PASSWORD) -> int:
    """Try to sign in; the status."""
    return client.post(reverse("account_login"), {"login": email, "password": password}).status_code


def test_the_sessions_key_changes_at_sign_in(world: World, visitor: Client) -> None:
    visitor.get(reverse("account_login"))
    session = visitor.session
    session["before"] = 1
    session.save()
    visitor.cookies["session"] = session.session_key or ""
    assert enter(visitor, world.user("asker").email) == 302
    assert visitor.session.session_key != session.session_key
    assert visitor.session["_auth_user_id"] == str(world.asker.person)
    assert AuditEvent.objects.filter(action="session.started", person=world.asker.person).count() == 1


def test_a_wrong_password_is_recorded_and_the_guess_is_not(world: World, visitor: Client) -> None:
    assert enter(visitor, world.user("asker").email, "my secret guess") == 200
    row = AuditEvent.objects.get(action="session.refused", object_id=str(world.asker.person))
    assert row.outcome == Outcome.DENIED
    assert "guess" not in str(row.__dict__)


def test_guessing_is_limited(world: World, visitor: Client) -> None:
    email = world.user("stranger").email
    for _ in range(6):
        enter(visitor, email, "wrong wrong wrong")
    answer = visitor.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    assert (answer.status_code, answer["Retry-After"]) == (429, "300")
    assert "_auth_user_id" not in visitor.session


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize("host", ["TestServer", "testserver.", "testserver:8443"])
def test_another_spelling_of_our_own_name_begins_no_new_count(world: World, visitor: Client, host: str) -> None:
    given = {"login": world.user("stranger").email, "password": "wrong wrong wrong"}
    for each in ("testserver", host) * 3:
        visitor.post(reverse("account_login"), given, headers={"Host": each})
    assert visitor.post(reverse("account_login"), given | {"password": PASSWORD}).status_code == 429
    assert "_auth_user_id" not in visitor.session


def test_signing_out_needs_a_post_and_ends_the_session(world: World, visitor: Client) -> None:
    enter(visitor, world.user("asker").email)
    assert visitor.get(reverse("account_logout")).status_code == 200
    assert visitor.get(reverse("accounts:preferences")).status_code == 200
    assert visitor.post(reverse("account_logout")).status_code == 302
    assert visitor.get(reverse("accounts:preferences")).status_code == 302
    assert AuditEvent.objects.filter(action="session.ended", person=world.asker.person).count() == 1


def test_a_forgotten_password_is_replaced_by_mail_in_the_persons_language(
    world: World, visitor: Client, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.filter(pk=world.asker.who()).update(language="sv")
    address = world.user("asker").email
    assert visitor.post(reverse("account_reset_password"), {"email": address}).status_code == 302
    assert mailoutbox == []
    do(PASSWORD_RESET_MAIL)
    (mail,) = mailoutbox
    assert mail.to == [address]
    path = "/" + found(r"https?://[^/]+/(\S+)", str(mail.body))[1]
    form = visitor.get(path, follow=True)
    answer = visitor.post(
        form.request["PATH_INFO"], {"password1": "entirely new words", "password2": "entirely new words"}
    )
    assert answer.status_code == 302, answer.content.decode()
    assert world.user("asker").check_password("entirely new words")
    assert AuditEvent.objects.filter(action="person.password_set", object_id=str(world.asker.person)).count() == 1
    assert do(PASSWORD_CHANGED_MAIL) == 1
    assert mailoutbox[-1].to == [address]
    assert "no longer works" in Client().get(path, follow=True).content.decode()


def test_a_new_password_ends_every_other_session(world: World, visitor: Client) -> None:
    elsewhere = Client()
    elsewhere.force_login(world.user("asker"), backend="accounts.backend.PersonBackend")
    enter(visitor, world.user("asker").email)
    changed = visitor.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "entirely new words", "password2": "entirely new words"},
    )
    assert changed.status_code == 302
    assert visitor.get(reverse("accounts:preferences")).status_code == 200
    assert elsewhere.get(reverse("accounts:preferences")).status_code == 302
    assert len(sessions.open_of(world.user("asker"))) == 1, "and leaves the list of sessions"


def test_asking_for_a_password_tells_a_stranger_nothing(
    world: World, visitor: Client, mailoutbox: list[EmailMessage]
) -> None:
    known = visitor.post(reverse("account_reset_password"), {"email": world.user("asker").email})
    unknown = visitor.post(reverse("account_reset_password"), {"email": "nobody@nowhere.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    do(PASSWORD_RESET_MAIL)
    assert [each.to for each in mailoutbox] == [[world.user("asker").email]]


def test_nobody_signs_up_and_nobody_changes_their_own_address(world: World, visitor: Client) -> None:
    answer = visitor.post(reverse("account_signup"), {"email": "me@me.example", "password1": "entirely new words"})
    assert not User.objects.filter(email="me@me.example").exists()
    assert answer.status_code in {200, 403}
    enter(visitor, world.user("asker").email)
    assert visitor.get("/accounts/email/").status_code == 404


def test_a_page_asked_for_comes_after_signing_in(world: World, visitor: Client) -> None:
    wanted = reverse("accounts:preferences")
    first = visitor.get(wanted)
    assert first["Location"] == f"{reverse('account_login')}?next={wanted}"
    answer = visitor.post(first["Location"], {"login": world.user("asker").email, "password": PASSWORD, "next": wanted})
    assert answer["Location"] == wanted


def test_the_forms_speak_with_one_voice(world: World) -> None:
    pages = [Client().get(reverse(name)).content.decode() for name in ("account_login", "account_reset_password")]
    client = client_for(world.asker)
    pages.append(client.get(reverse("account_change_password")).content.decode())
    for words in ("Email", "New Password", "Current Password", "placeholder="):
        assert not any(words in page for page in pages), words
    assert "New password again" in pages[-1]


def test_who_tries_too_often_hears_how_long_to_wait(world: World) -> None:
    client = Client(REMOTE_ADDR="192.0.2.77")
    for _ in range(6):
        page = client.post(reverse("account_login"), {"login": "who@north.example", "password": "wrong"})
    assert "Wait five minutes" in page.content.decode()


def test_the_page_that_refuses_speaks_of_roles_in_clinical_rooms_alone(world: World) -> None:
    client = client_for(world.asker)
    assert "Your role does not allow this step" not in client.get("/admin/", follow=True).content.decode()
    assert "Your role does not allow this step" not in client.get(reverse("accounts:invite")).content.decode()
    assert (
        "Your role does not allow this step" in client_for(world.clinician).get(reverse("cases:new")).content.decode()
    )
