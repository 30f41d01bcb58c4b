"""What members hear at every door who are what a membership makes them; no share is about them."""

import pytest

from tests.access.hearing import at_home, holds
from tests.access.kinds import BY_SHARE, KINDS
from tests.access.table import ROWS
from tests.cast import World


@pytest.mark.ci
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in BY_SHARE])
def test_what_a_kind_of_member_hears_at_every_door(world: World, mirror: World, kind: str) -> None:
    """Every other kind lives in the other world."""
    holds(*at_home(world, mirror, kind), KINDS[kind], ROWS)
