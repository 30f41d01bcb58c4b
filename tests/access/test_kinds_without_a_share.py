"""What people hear at every door whose share has not begun, or ended, or is denied."""

import pytest

from tests.access.hearing import at_home, holds
from tests.access.kinds import BUT_FOR_A_SHARE, CLOSED, KINDS
from tests.access.table import ROWS
from tests.cast import World


@pytest.mark.ci
@pytest.mark.parametrize("kind", CLOSED)
def test_what_somebody_without_a_share_hears_at_every_door(world: World, mirror: World, kind: str) -> None:
    """Every other kind lives in the other world. What the share of a kind is not about is asked by
    test_matrix.py, and with `make test-deep` by every kind."""
    holds(*at_home(world, mirror, kind), KINDS[kind], ROWS, only_touched=kind in BUT_FOR_A_SHARE)
