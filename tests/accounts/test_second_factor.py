"""A password alone opens nothing: by no page, no door of the API, no tile, no stream, no link in a mail."""

import json
import re
from collections.abc import Callable, Iterator
from unittest.mock import patch
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.actions.remove_factors import remove_factors
from accounts.effects import PASSWORD_RESET_MAIL
from accounts.models import SignIn
from accounts.notices import NOTICE_MAIL
from core.actor import Actor
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden, Invalid
from notifications.live import Stream, look
from slides.queries import slide_for_tiles
from tests.access.row import Row
from tests.access.table import ROWS
from tests.accounts.jobs import do
from tests.accounts.second_factor import SECRET, code, give_app, kinds, password_of, state
from tests.cast import PASSWORD, World, outsider
from tests.finding import found

pytestmark = pytest.mark.usefixtures("own_cache")

SHORT = '{"clientDataJSON":"AA","authenticatorData":"AA","signature":"AA","userHandle":"AA"}'
NO_CREDENTIALS = (
    *("", "null", "[]", '"x"', "{}", "3", "{", '{"id":"x","response":{}}', '{"response":{"userHandle":7}}'),
    f'{{"id":1,"rawId":"AA","type":"public-key","response":{SHORT}}}',
)


@pytest.fixture
def visitor() -> Client:
    """A browser at an address of its own."""
    return Client(headers={"X-Forwarded-For": f"visitor-{uuid4().hex[:20]}"})


@pytest.fixture
def half(world: World, visitor: Client) -> Client:
    """The asker, signed in with the password; there is no second factor yet."""
    assert password_of(visitor, world.user("asker")).status_code == 302
    assert state(visitor) == "weak"
    return visitor


def doors() -> Iterator[Row]:
    """Each route of the matrix once for each method."""
    seen: set[tuple[str, str]] = set()
    for row in ROWS:
        if (row.route, row.method) not in seen:
            seen.add((row.route, row.method))
            yield row


def test_no_route_opens_to_a_password_alone(world: World, half: Client) -> None:
    wrong = []
    for row in doors():
        body = row.body if isinstance(row.body, str) else row.body(world)
        address = reverse(row.route, kwargs=row.arguments(world)) + row.query
        answer = half.generic(
            row.method, address, data="" if row.method == "GET" else body, content_type=row.content_type
        )
        to_setup = answer.status_code == 302 and answer.headers["Location"].startswith(reverse("mfa_index"))
        if not to_setup and answer.status_code != 401:
            wrong.append((row.route, row.method, answer.status_code))
    assert wrong == []


def test_a_program_hears_what_is_missing(half: Client) -> None:
    answer = half.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:consilium:problem:second-factor-needed"
    assert half.get("/", headers={"HX-Request": "true"}).status_code == 401


def test_tiles_and_streams_are_closed_to_a_password_alone(world: World, half: Client) -> None:
    key = half.session.session_key or ""
    slide = str(world.slides("sent")[0].pk)
    assert slide_for_tiles(key, slide).status == 401
    with patch("notifications.live.connections.close_all"):
        assert look(Stream(world.asker.who(), key, "en")) is None


def test_the_admin_site_has_no_way_round_it(world: World, visitor: Client) -> None:
    assert password_of(visitor, world.user("admin")).status_code == 302
    assert visitor.get("/admin/")["Location"].startswith(reverse("mfa_index"))
    answer = Client(headers={"X-Forwarded-For": uuid4().hex[:20]}).post(
        "/admin/login/", {"username": world.user("admin").email, "password": PASSWORD}
    )
    assert "_auth_user_id" not in answer.wsgi_request.session
    platform = outsider("platform@installation.example")
    platform_row = platform.session["sign_in"]
    SignIn.objects.filter(pk=platform_row).update(factor="")
    assert platform.get("/admin/")["Location"].startswith(reverse("mfa_index")), "who runs it needs one too"


def test_a_new_password_by_mail_opens_nothing(world: World, visitor: Client, mailoutbox: list[EmailMessage]) -> None:
    user = world.user("asker")
    give_app(user)
    visitor.post(reverse("account_reset_password"), {"email": user.email})
    do(PASSWORD_RESET_MAIL)
    path = "/" + found(r"https?://[^/]+/(\S+reset\S+)", str(mailoutbox[-1].body))[1]
    form = visitor.get(path, follow=True)
    new = {"password1": "entirely new words", "password2": "entirely new words"}
    assert visitor.post(form.request["PATH_INFO"], new).status_code == 302
    assert state(visitor) == "out", "the link signs nobody in"
    visitor.post(reverse("account_login"), {"login": user.email, "password": "entirely new words"})
    assert state(visitor) == "out", "the second factor is still asked for"
    assert kinds(user) == {"totp", "recovery_codes"}


def test_an_app_is_set_up_in_one_go_and_opens_everything(world: World, half: Client) -> None:
    page = half.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200, "nobody who has just given the password is asked for it again"
    secret = found(r'class="cs-key">([A-Z2-7]+)<', page.content.decode())[1]
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert half.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    before = half.session.session_key
    done = half.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    assert half.session.session_key != before, "a session that is worth more gets a new key"
    shown = half.get(done["Location"]).content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", shown)) == 10
    assert "<code>" not in half.get(done["Location"]).content.decode(), "they are shown once"
    assert half.get("/").status_code == 200
    assert AuditEvent.objects.filter(action="factor.added", facts__kind="totp").count() == 1


def test_the_key_of_an_app_is_not_readable_in_the_database(world: World, settings: Settings) -> None:
    user = world.user("asker")
    give_app(user)
    row = Authenticator.objects.get(user=user, type="totp")
    assert SECRET not in str(row.data)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one, as after a change"
    assert row.wrap().validate_code(code()), "a key that was replaced still reads what it wrote"


def test_the_second_step_takes_the_apps_code_once(world: World, visitor: Client) -> None:
    user = world.user("asker")
    give_app(user)
    assert password_of(visitor, user)["Location"] == reverse("mfa_authenticate")
    assert state(visitor) == "out"
    before = visitor.session.session_key
    now = code()
    assert visitor.post(reverse("mfa_authenticate"), {"code": now}).status_code == 302
    assert state(visitor) == "in"
    assert visitor.session.session_key != before
    other = Client(headers={"X-Forwarded-For": "198.51.100.9"})
    password_of(other, user)
    assert other.post(reverse("mfa_authenticate"), {"code": now}).status_code == 200, "used up"
    assert state(other) == "out"


@pytest.mark.parametrize("periods", [-1, 1])
def test_a_code_counts_for_its_own_30_seconds_alone(world: World, visitor: Client, periods: int) -> None:
    give_app(world.user("asker"))
    password_of(visitor, world.user("asker"))
    address = reverse("mfa_authenticate")
    assert visitor.post(address, {"code": code(periods=periods)}).status_code == 200
    assert state(visitor) != "in"
    visitor.post(address, {"code": code()})
    assert state(visitor) == "in"


def test_a_recovery_code_lets_in_once_and_the_person_hears_of_it(
    world: World, visitor: Client, mailoutbox: list[EmailMessage]
) -> None:
    user = world.user("asker")
    first, *_ = give_app(user)
    password_of(visitor, user)
    assert visitor.post(reverse("mfa_authenticate"), {"code": first}).status_code == 302
    assert state(visitor) == "in"
    do(NOTICE_MAIL)
    assert "recovery code was used" in mailoutbox[-1].subject
    again = Client(headers={"X-Forwarded-For": "198.51.100.10"})
    password_of(again, user)
    again.post(reverse("mfa_authenticate"), {"code": first})
    assert state(again) == "out"


def test_guessing_codes_is_limited_recorded_and_told(
    world: World, visitor: Client, mailoutbox: list[EmailMessage]
) -> None:
    user = world.user("asker")
    give_app(user)
    password_of(visitor, user)
    answers = [visitor.post(reverse("mfa_authenticate"), {"code": f"00000{n}"}) for n in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert answers[-1]["Retry-After"] == "300"
    assert visitor.post(reverse("mfa_authenticate"), {"code": code()}).status_code == 429
    assert AuditEvent.objects.filter(action="session.factor_refused", object_id=str(user.pk)).count() == 5
    assert AuditEvent.objects.filter(action="session.held_back", object_id=str(user.pk)).count() == 1
    assert do(NOTICE_MAIL) == 1
    assert (mailoutbox[-1].to, mailoutbox[-1].subject) == ([user.email], "Somebody tried to sign in to your account")


def test_guessing_passwords_is_told_once(world: World, visitor: Client, mailoutbox: list[EmailMessage]) -> None:
    user = world.user("stranger")
    for _ in range(8):
        visitor.post(reverse("account_login"), {"login": user.email, "password": "wrong wrong wrong"})
    assert do(NOTICE_MAIL) == 1
    assert mailoutbox[-1].to == [user.email]


@pytest.mark.parametrize("credential", NO_CREDENTIALS)
def test_whatever_is_sent_as_a_passkey_is_refused_in_words(
    world: World, visitor: Client, sign_in: Callable[[Actor], Client], credential: str
) -> None:
    visitor.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    assert visitor.post(reverse("mfa_login_webauthn"), {"credential": credential}).status_code in {200, 302}
    assert state(visitor) == "out"
    client = sign_in(world.asker)
    client.get(reverse("mfa_add_webauthn"))
    assert client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": credential}).status_code == 200
    assert kinds(world.user("asker")) == set()
    client.get(reverse("accounts:proof"))
    other = client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": credential})
    assert other.status_code in {200, 302}


def test_removing_the_last_one_leads_to_setting_up_another_and_ends_the_other_sessions(
    world: World, sign_in: Callable[[Actor], Client], mailoutbox: list[EmailMessage]
) -> None:
    give_app(world.user("asker"))
    here, elsewhere = sign_in(world.asker), sign_in(world.asker)
    assert here.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert kinds(world.user("asker")) == set(), "no recovery code outlives what it stands in for"
    assert state(here) == "weak"
    assert state(elsewhere) == "out"
    do(NOTICE_MAIL)
    assert "removed" in mailoutbox[-1].subject
    assert AuditEvent.objects.filter(action="factor.removed", person=world.asker.who()).count() == 2


def test_whoever_lost_everything_is_helped_by_the_administrator(
    world: World, sign_in: Callable[[Actor], Client], mailoutbox: list[EmailMessage]
) -> None:
    give_app(world.user("asker"))
    asker = sign_in(world.asker)
    admin = sign_in(world.admin)
    page = admin.get(reverse("accounts:person", args=[world.asker.who()])).content.decode()
    assert "Authenticator app" in page
    address = reverse("accounts:remove_factors", args=[world.asker.who()])
    assert admin.post(address, {"reason": "lost"}).status_code == 422, "how do you know that it is them?"
    assert kinds(world.user("asker"))
    assert admin.post(address, {"reason": "lost", "known_by": "called_back"}).status_code == 302
    assert kinds(world.user("asker")) == set()
    assert state(asker) == "out"
    row = AuditEvent.objects.get(action="person.factors_removed")
    assert (row.person, row.object_id, row.reason) == (world.admin.who(), str(world.asker.who()), "lost")
    assert row.facts == {"kinds": ["recovery_codes", "totp"], "known_by": "called_back"}
    do(NOTICE_MAIL)
    assert mailoutbox[-1].to == [world.user("asker").email]
    assert "set up a new one" in mailoutbox[-1].body


def test_over_the_api_it_takes_a_proof_of_its_own(
    world: World, sign_in: Callable[[Actor], Client], own_cache: None
) -> None:
    give_app(world.user("asker"))
    address, asked = (
        reverse("api-person-remove-factors", args=[world.asker.who()]),
        {"reason": "lost", "known_by": "video"},
    )
    admin = sign_in(world.admin)
    for wrong in ({}, {"password": "not hers"}, {"code": "000000"}):
        assert admin.post(address, json.dumps(asked | wrong), "application/json").status_code == 401
    assert kinds(world.user("asker"))
    assert admin.post(address, json.dumps(asked | {"password": PASSWORD}), "application/json").status_code == 204
    assert not kinds(world.user("asker"))


def test_only_the_administrator_of_their_only_laboratory_may(world: World, mirror: World) -> None:
    given = {"reason": "lost", "known_by": "video"}
    for who in ("asker", "admin"):
        give_app(world.user(who))
    for nobody in (world.expert_admin, mirror.admin, world.colleague, world.asker):
        with pytest.raises(Hidden):
            remove_factors(actor=nobody, person_id=world.asker.who(), **given)
    with pytest.raises(Forbidden):
        remove_factors(actor=world.admin, person_id=world.admin.who(), **given)
    world.user("asker").memberships.create(organisation_id=mirror.stranger.lab(), role="pathologist")
    with pytest.raises(Forbidden):
        remove_factors(actor=world.admin, person_id=world.asker.who(), **given)
    with pytest.raises(Conflict):
        remove_factors(actor=world.admin, person_id=world.staff.who(), **given)
    with pytest.raises(Invalid):
        remove_factors(actor=world.admin, person_id=world.staff.who(), reason="because", known_by="video")
    assert kinds(world.user("asker")) == {"totp", "recovery_codes"}


def test_the_demo_does_without_and_keeps_the_pages(world: World, half: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    assert half.get("/").status_code == 200
    assert half.get(reverse("mfa_index")).status_code == 200


def test_a_member_of_nothing_needs_none(world: World, visitor: Client) -> None:
    assert (
        visitor.post(
            reverse("account_login"), {"login": "nobody@installation.example", "password": PASSWORD}
        ).status_code
        == 302
    )
    assert state(visitor) == "in"
