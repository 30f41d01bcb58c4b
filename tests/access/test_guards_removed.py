"""Each guard is taken out in turn, and one of the tests that look at it must fail. What nobody notices is a finding."""

from collections.abc import Callable
from inspect import signature

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.access.guards import CONDITIONS, guards, policies
from tests.access.people import clients
from tests.cases.test_access_property import actors, reasons
from tests.cast import World

assert actors
assert reasons  # fixtures of those tests
GUARDS = {name: rest for name, *rest in guards()}


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Client]:
    """Everybody, signed in once."""
    with django_db_blocker.unblock():
        return clients(World.load("north"), World.load("south"))


def test_every_policy_has_tests_that_look_at_it() -> None:
    assert {each.__module__ for each in policies()} <= set(CONDITIONS), "a policy that nothing would miss"


@pytest.mark.deep
@pytest.mark.parametrize("guard", [name for name in GUARDS])
def test_a_guard_that_is_gone_is_missed(
    world: World,
    mirror: World,
    everybody: dict[str, Client],
    guard: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    function, without, tests = GUARDS[guard]
    monkeypatch.setattr(function, "__code__", without())
    assert any(_fails(test, request) for test in tests), f"without {guard} every test passes"


def _fails(test: Callable[..., None], request: pytest.FixtureRequest) -> bool:
    names = [name for name in signature(test).parameters if name not in {"drawn", "data"}]
    given = {name: request.getfixturevalue(name) for name in names}
    try:
        with transaction.atomic():
            test(**given)
            transaction.set_rollback(True)
    except (Exception, pytest.fail.Exception):
        return True
    return False
