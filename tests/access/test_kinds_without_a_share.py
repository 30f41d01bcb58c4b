"""What people hear at every door whose share has not begun, or ended, or is denied."""

import pytest

from tests.access.hearing import at_home, holds
from tests.access.kinds import CLOSED, KINDS, put_denials
from tests.access.table import ROWS
from tests.cast import World


@pytest.mark.ci
@pytest.mark.parametrize("kind", CLOSED)
def test_what_somebody_without_a_share_hears_at_every_door(
    world: World, mirror: World, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Every other kind lives in the other world."""
    put_denials(monkeypatch)
    holds(*at_home(world, mirror, kind), KINDS[kind], ROWS)
