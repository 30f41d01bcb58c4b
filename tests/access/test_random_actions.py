"""Whatever random people do, and however time passes, every way of asking gives the answer of the tables."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.access.laboratories import Laboratories
from tests.cast import World


def walk(world: World, examples: int, steps: int) -> None:
    machine = type("Walk", (Laboratories,), {"world": world})
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks, database=None
    )
    run_state_machine_as_test(machine, settings=how)


@pytest.mark.deep
def test_whatever_people_do_every_way_of_asking_agrees(world: World) -> None:
    walk(world, 3, 12)


@pytest.mark.deep
def test_whatever_people_do_every_way_of_asking_agrees_for_long(world: World) -> None:
    walk(world, 25, 30)
