"""Each party of each step of the tables of states is taken out in turn, and each step is opened to everybody in turn.

Either is noticed by what is said of the cast (test_who_may.py), or by a test of what is done for nobody of them: work
that goes on by itself, and steps that only a deputy or an invited person takes.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.workflow import machine
from core.workflow.machine import Rule
from tests.access.missing import is_missed, of
from tests.emergency import test_letters, test_telling_and_review
from tests.requests import test_blind_reading, test_deputy, test_outside_expert, test_proposing_an_outside_expert
from tests.slides import test_images_that_fail
from tests.workflow import test_who_may

TESTS = [
    *of(test_who_may),
    *of(test_deputy),
    *of(test_outside_expert),
    *of(test_proposing_an_outside_expert),
    *of(test_telling_and_review),
    *of(test_letters),
    *of(test_blind_reading),
    *of(test_images_that_fail),
]


class Everybody(frozenset[str]):
    """The parties of a step that anybody may take, whatever they are to it."""

    def __and__(self, others: object) -> "Everybody":
        return self


def changes() -> Iterator[tuple[str, machine.Machine, tuple[str, str], Rule]]:
    """(what is gone, the table, the step, its other rule)."""
    for noun, each in machine._machines.items():
        for (status, action), rule in each.table.items():
            step = f"{noun} {status or 'new'} {action}"
            for party in sorted(rule.parties):
                yield f"{step}: by {party}", each, (status, action), replace(rule, parties=rule.parties - {party})
            yield (
                f"{step}: only by {'/'.join(sorted(rule.parties))}",
                each,
                (status, action),
                replace(rule, parties=Everybody(rule.parties)),
            )


CHANGES = {change[0]: change for change in changes()}


@pytest.mark.deep
@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("change", CHANGES)
def test_a_party_that_is_gone_or_too_many_is_missed(change: str, request: pytest.FixtureRequest) -> None:
    what, each, step, rule = CHANGES[change]
    is_missed(what, lambda patch: patch.setitem(each.table, step, rule), TESTS, request, each.noun)
