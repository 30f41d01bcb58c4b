"""Each guard is taken out in turn, and one of the tests that look at it must fail. What nobody misses is a finding.

Only a test that fails by what it was told counts: an assertion, or a refusal where there was none. A crash is no proof
that anybody looked, so it is passed over.
"""

from collections.abc import Iterator
from inspect import signature

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import SignIn
from core.errors import Refusal
from tests.access.guards import CONDITIONS, Test, guards, policies
from tests.access.people import clients
from tests.cases.test_access_property import actors, reasons
from tests.cast import World

__all__ = ["actors", "reasons"]  # fixtures of those tests
GUARDS = {name: (function, without, tests) for name, function, without, tests in guards()}
FAST = [name for name in GUARDS if name.startswith("cases.access.branches.")]


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Client]]:
    """Everybody, signed in once."""
    with django_db_blocker.unblock():
        yield clients(World.load("north"), World.load("south"))
        SignIn.objects.all().delete()


def test_every_policy_has_tests_that_look_at_it() -> None:
    assert {each.__module__ for each in policies()} - set(CONDITIONS) == set(), "a policy that nothing would miss"


def test_no_entry_is_stale() -> None:
    deciding = {each.__module__ for each in policies()}
    idle = [path for path in CONDITIONS if not any(name.startswith(f"{path}.") for name in GUARDS)]
    assert set(idle) - deciding == set()


@pytest.mark.ci
@pytest.mark.parametrize("guard", FAST)
def test_a_guard_of_the_definition_that_is_gone_is_missed(
    guard: str, world: World, mirror: World, request: pytest.FixtureRequest
) -> None:
    is_missed(guard, request)


@pytest.mark.deep
@pytest.mark.parametrize("guard", [name for name in GUARDS if name not in FAST])
def test_a_guard_that_is_gone_is_missed(
    guard: str, world: World, mirror: World, request: pytest.FixtureRequest
) -> None:
    is_missed(guard, request)


def is_missed(guard: str, request: pytest.FixtureRequest) -> None:
    function, without, tests = GUARDS[guard]
    crashed: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(function, "__code__", without())
        for test in tests:
            if fails(test, request, crashed):
                return
    pytest.fail(f"without {guard} every test passes" + (f", or crashes: {crashed}" if crashed else ""))


def fails(test: Test, request: pytest.FixtureRequest, crashed: list[str]) -> bool:
    """Whether it fails by what it was told. What it changes is undone."""
    names = [name for name in signature(test).parameters if name not in {"drawn", "data"}]
    given = {name: request.getfixturevalue(name) for name in names}
    try:
        with transaction.atomic():
            test(**given)
            transaction.set_rollback(True)
    except (AssertionError, Refusal, pytest.fail.Exception):
        return True
    except Exception as error:
        crashed.append(f"{type(error).__name__} in {getattr(test, '__name__', test)}")
    return False
