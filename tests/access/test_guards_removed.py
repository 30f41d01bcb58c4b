"""Each guard is taken out in turn, and one of the tests that look at it must fail. What nobody misses is a finding."""

import pytest

from tests.access.guards import SAME, guards, policies
from tests.access.missing import is_missed
from tests.access.noticing import CONDITIONS
from tests.cast import World

ALL = {name: (function, without, tests) for name, function, without, tests in guards()}
GUARDS = {name: guard for name, guard in ALL.items() if name not in SAME}


def test_every_policy_has_tests_that_look_at_it() -> None:
    assert {each.__module__ for each in policies()} - set(CONDITIONS) == set(), "a policy that nothing would miss"


def test_no_entry_is_stale() -> None:
    assert set(SAME) - set(ALL) == set()
    deciding = {each.__module__ for each in policies()}
    idle = [path for path in CONDITIONS if not any(name.startswith(f"{path}.") for name in GUARDS)]
    assert set(idle) - deciding == set()


@pytest.mark.deep
@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_that_is_gone_is_missed(
    guard: str, world: World, mirror: World, request: pytest.FixtureRequest
) -> None:
    function, without, tests = GUARDS[guard]
    code, kind = without(), function.__module__
    is_missed(guard, lambda patch: patch.setattr(function, "__code__", code), tests, request, kind, function)
