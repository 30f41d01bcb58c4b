"""Fixtures of the tests of who may come in."""

from collections.abc import Iterator

import pytest
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from accounts.models import SignIn
from tests.access.people import clients
from tests.cast import World


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Client]]:
    """Everybody, signed in once for all tests of a module; what their requests change is undone each time.

    Use it by name in the test: made inside another test's transaction, everybody would be signed out at its end.

    They stay proved and awake however long the module takes; when a proof or a session ends is asked elsewhere.
    """
    day = 24 * 60 * 60
    long = override_settings(ACCOUNT_REAUTHENTICATION_TIMEOUT=day, SESSION_IDLE_AFTER=day)
    with django_db_blocker.unblock(), long:
        yield clients(World.load("north"), World.load("south"))
        SignIn.objects.all().delete()  # no other test finds anybody signed in
