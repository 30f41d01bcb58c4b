"""Each question for a proof, and each limit, is taken out in turn, and a test of what it protects must fail."""

import pytest

from tests.access.missing import is_missed
from tests.access.proofs import LOOKING, proofs

PROOFS = {name: (module, take_out, tests) for name, module, take_out, tests in proofs()}


def test_every_question_has_tests_that_look_at_it() -> None:
    assert {module for module, _, _ in PROOFS.values()} == set(LOOKING)


@pytest.mark.deep
@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("proof", PROOFS)
def test_a_proof_or_a_limit_that_is_gone_is_missed(proof: str, request: pytest.FixtureRequest) -> None:
    module, take_out, tests = PROOFS[proof]
    is_missed(proof, take_out, tests, request, module)
