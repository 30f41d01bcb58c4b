"""A hundred thousand random requests by random people: no answer names what no open share, role or record opens."""

import time

import pytest

from tests.access.random_requests import ask_at_random
from tests.cast import World

PARTS, EACH = 40, 2_500  # a hundred thousand


def nothing_is_outside(worlds: list[World], seed: int, count: int, request: pytest.FixtureRequest) -> None:
    """What was asked and heard is told at the end of the run (tests/conftest.py)."""
    began = time.monotonic()
    found = ask_at_random(worlds, seed, count)
    told = {"requests": count, "seconds": time.monotonic() - began, "telling": found.telling, "outside": found.outside}
    request.node.user_properties.append(("asked", told))
    assert found.outside == []
    assert found.telling > count / 20, f"hardly anything was shown, so nothing was proved: {found.statuses}"


@pytest.mark.ci
def test_some_hundred_random_requests(world: World, mirror: World, request: pytest.FixtureRequest) -> None:
    nothing_is_outside([world, mirror], 4_711, 300, request)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(PARTS))
def test_a_hundred_thousand_random_requests(
    world: World, mirror: World, seed: int, request: pytest.FixtureRequest
) -> None:
    nothing_is_outside([world, mirror], seed, EACH, request)
