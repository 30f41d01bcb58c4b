"""Who knows whose case it is by a share: from the moment it opened the name, and for good."""

from datetime import timedelta
from typing import Any

import pytest

from cases.models import CaseGrant
from consult.requests.knowing import cases_known_to
from core import clock
from tests.cast import World
from tests.requests.blind import drafted, sent

DAY = timedelta(days=1)
# begins, ends, taken back (days from now, None for never), whether the name is known
TIMES = {
    "in force": (-2, 9, None, True),
    "run out": (-9, -2, None, True),
    "taken back after it began": (-9, 9, -2, True),
    "to come": (2, 9, None, False),
    "taken back before it began": (-2, 9, -3, False),
    "taken back as it began": (-2, 9, -2, False),
}


@pytest.mark.parametrize("when", TIMES)
def test_a_share_by_name_is_known_from_its_beginning_on(world: World, when: str) -> None:
    begins, ends, taken_back, is_known = TIMES[when]
    now, case = clock.now(), world.case("accepted")
    times: dict[str, Any] = {"valid_from": now + begins * DAY, "valid_until": now + ends * DAY}
    times["revoked_at"] = None if taken_back is None else now + taken_back * DAY
    CaseGrant.objects.filter(content_object=case, user=world.expert.person).update(**times)
    assert cases_known_to(world.user("expert"), [case.pk]) == ({case.pk} if is_known else set())


def test_a_share_under_a_pseudonym_makes_nobody_know(world: World) -> None:
    request = sent(world, drafted(world))
    assert CaseGrant.objects.filter(content_object=request.case, user=world.expert.person).exists()
    assert cases_known_to(world.user("expert"), [request.case_id]) == set()
