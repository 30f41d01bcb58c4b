"""A role is nothing without a laboratory, and without a person nothing is one's own: asked of every policy.

No door makes such an actor, and no policy rests on that: a row without an organisation would be theirs otherwise.
"""

from types import FunctionType

import pytest
from django.db import transaction

from tests.access.guards import nobody_is_shown_anything, nothing_is_found, of_a_key, of_the_actor_alone
from tests.cast import World


@pytest.mark.parametrize("policy", of_the_actor_alone(), ids=lambda each: f"{each.__module__}.{each.__name__}")
def test_who_belongs_nowhere_is_shown_nothing_and_may_nothing(world: World, policy: FunctionType) -> None:
    nobody_is_shown_anything(policy, world)


@pytest.mark.parametrize("policy", of_a_key(), ids=lambda each: f"{each.__module__}.{each.__name__}")
def test_what_is_not_there_is_hidden(world: World, policy: FunctionType) -> None:
    with transaction.atomic():
        nothing_is_found(policy, world)
