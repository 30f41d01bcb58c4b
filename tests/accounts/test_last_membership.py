"""Under which of somebody's memberships a session begins: the one of the last session, or of who signs them in."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import IdentityProvider, Membership, SignIn
from core import clock
from core.audit.models import AuditEvent
from tests.accounts.providers import answering, known_as, set_up, sign_in
from tests.cast import PASSWORD, World, client_for


@pytest.fixture
def second(world: World) -> Membership:
    """Of the asker, in the third laboratory, from today on."""
    return Membership.objects.create(
        user_id=world.asker.who(), organisation_id=world.stranger.lab(), role="pathologist", registration_number="2"
    )


def enter(world: World, settings: Settings) -> Client:
    """The asker signs in by password, in a browser of their own."""
    settings.SECOND_FACTOR_REQUIRED = False
    client = Client(headers={"X-Forwarded-For": f"visitor-{uuid4().hex[:20]}"})
    entered = client.post(reverse("account_login"), {"login": world.user("asker").email, "password": PASSWORD})
    assert entered.status_code == 302
    return client


def works_as(client: Client) -> str:
    """The key of the membership under which the session acts."""
    return str(client.get("/api/v1/me").json()["actor"]["membership"])


def switch(client: Client, to: Membership) -> None:
    assert client.post(reverse("accounts:switch"), {"membership": str(to.pk)}).status_code == 302


def test_the_first_session_begins_under_the_oldest(world: World, second: Membership, settings: Settings) -> None:
    SignIn.objects.filter(person=world.asker.person).delete()
    assert works_as(enter(world, settings)) == str(world.asker.membership)


def test_the_next_session_goes_on_where_the_last_one_was(world: World, second: Membership, settings: Settings) -> None:
    switch(enter(world, settings), second)
    client = enter(world, settings)
    assert works_as(client) == str(second.pk)
    began = AuditEvent.objects.filter(action="session.started", person=world.asker.person).latest("at")
    assert began.organisation == second.organisation_id
    client.post(reverse("account_logout"))
    ended = AuditEvent.objects.get(action="session.ended", person=world.asker.person)
    assert ended.organisation == second.organisation_id


def test_a_membership_that_has_ended_is_not_gone_on_with(world: World, second: Membership, settings: Settings) -> None:
    switch(enter(world, settings), second)
    Membership.objects.filter(pk=second.pk).update(valid_until=clock.now())
    assert works_as(enter(world, settings)) == str(world.asker.membership)


def test_nobody_else_begins_under_it(world: World, second: Membership) -> None:
    switch(client_for(world.asker), second)
    assert works_as(client_for(world.colleague)) == str(world.colleague.membership)


@pytest.mark.usefixtures("own_cache")
def test_who_comes_by_single_sign_on_works_for_who_signed_them_in(
    world: World, second: Membership, settings: Settings
) -> None:
    """Also where the last session was in another laboratory."""
    settings.SECOND_FACTOR_REQUIRED = False
    switch(enter(world, settings), second)
    with answering() as server:
        provider = set_up(world.admin, server.issuer)
        known_as(world.user("asker"), provider)
        client = Client()
        assert sign_in(client, server, provider).status_code == 302
        assert works_as(client) == str(world.asker.membership)
        IdentityProvider.objects.filter(pk=provider.pk).update(organisation=second.organisation_id)
        provider.refresh_from_db()
        client = Client()
        assert sign_in(client, server, provider).status_code == 302
        assert works_as(client) == str(second.pk)
