"""What tests of single sign-on have in common: a provider that behaves, the laboratory that it is of, and refusals.

A module takes the fixtures by their names, because that is where tests/access/missing.py looks for them.
"""

from collections.abc import Iterator

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts.models import IdentityProvider
from core.audit.models import AuditEvent
from tests.accounts import providers
from tests.accounts.providers import Answering, set_up
from tests.cast import World


@pytest.fixture(scope="module")
def running() -> Iterator[Answering]:
    """One provider for all tests of a module."""
    with providers.answering() as server:
        yield server


@pytest.fixture
def server(running: Answering) -> Answering:
    """A provider that behaves."""
    running.claims, running.userinfo, running.broken, running.asked = {}, {}, {}, []
    running.key, running.algorithm = providers.KEY, "RS256"
    return running


@pytest.fixture
def provider(world: World, server: Answering) -> IdentityProvider:
    """The asking laboratory's, with nobody new let in and our own second factor asked."""
    return set_up(world.admin, server.issuer)


def refusals() -> list[str]:
    """Why somebody was refused, the newest first."""
    rows = AuditEvent.objects.filter(action="session.refused", outcome="denied").order_by("-pk")
    return [row.reason for row in rows]


def nobody_in(client: Client) -> bool:
    """Whether nobody is signed in in this browser."""
    return SESSION_KEY not in client.session
