"""The kinds of people, and the cast, once more where the two worlds have changed places."""

import pytest

from tests.access.hearing import at_home, holds
from tests.access.kinds import CAST, KINDS
from tests.access.table import ROWS
from tests.cast import World

pytestmark = pytest.mark.deep


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_person_hears_the_same(world: World, mirror: World, kind: str) -> None:
    here, elsewhere = at_home(world, mirror, kind)
    holds(elsewhere, here, KINDS[kind], ROWS)


@pytest.mark.parametrize("who", sorted(set(CAST) - {"platform"}))
def test_the_cast_of_the_other_world_hears_the_same(world: World, mirror: World, who: str) -> None:
    """Those of the first are asked by test_matrix.py. Whoever runs the installation is of no world, and looks after
    the people of both."""
    holds(mirror, world, CAST[who], ROWS)
