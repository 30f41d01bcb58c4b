"""Whoever tries to be somebody else is nobody yet; the person and their laboratory's privacy officer hear of it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts import sessions
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.accounts.second_factor import give_app, password_of
from tests.accounts.test_idle import RESUME, rest
from tests.cast import World

pytestmark = pytest.mark.usefixtures("own_cache")
SignedIn = Callable[[Actor], Client]


def guess_the_password(world: World, client: Client) -> None:
    client.post(reverse("account_login"), {"login": world.user("asker").email, "password": "wrong wrong wrong"})


def guess_the_code(world: World, client: Client) -> None:
    give_app(world.user("asker"))
    password_of(client, world.user("asker"))
    client.post(reverse("mfa_authenticate"), {"code": "000000"})


def refused(page: str, client: Client) -> list[str]:
    """What the page says was refused, the newest first."""
    return [line.what for line in client.get(page).context["lines"] if line.is_refused]


@pytest.mark.parametrize(
    ("guess", "words"),
    [(guess_the_password, "Sign-in refused"), (guess_the_code, "Second factor refused")],
)
def test_a_failed_sign_in_is_read_by_the_laboratory_and_by_the_person(
    world: World, mirror: World, sign_in: SignedIn, guess: Callable[[World, Client], None], words: str
) -> None:
    guess(world, Client())
    audit, own = reverse("desk:audit"), reverse("desk:trail")
    assert words in refused(audit, sign_in(world.officer))
    assert words in refused(own, sign_in(world.asker))
    told = sign_in(world.asker).get(reverse("api-audit-mine")).json()["results"]
    assert words in {entry["what"] for entry in told}
    assert words not in refused(own, sign_in(world.colleague)), "it was not them whom somebody tried to be"
    assert words not in refused(audit, sign_in(mirror.officer))


def test_guessing_at_a_hidden_session_is_read_as_well(world: World, sign_in: SignedIn) -> None:
    client = sign_in(world.asker)
    rest(client, 21)
    for _ in range(5):
        client.post(RESUME, {"password": "wrong wrong wrong"})
    words = "Several failed attempts to be this person"
    row = AuditEvent.objects.get(action="session.held_back")
    assert (row.person, row.person_name) == (None, ""), "the one who guesses is not the one who is guessed"
    assert words in refused(reverse("desk:audit"), sign_in(world.officer))
    assert words in refused(reverse("desk:trail"), sign_in(world.asker))


def test_of_two_laboratories_the_one_worked_for_last_reads_it(world: World, client: Client) -> None:
    asker = world.user("asker")
    second = asker.memberships.create(organisation_id=world.expert.lab(), role="lab_staff")
    guess_the_password(world, client)
    sessions.begin(asker, factor="totp", address="", agent="", organisation=None, membership=second.pk)
    guess_the_password(world, client)
    rows = AuditEvent.objects.filter(action="session.refused").order_by("at", "pk")
    assert [row.organisation for row in rows] == [world.asker.lab(), world.expert.lab()]
