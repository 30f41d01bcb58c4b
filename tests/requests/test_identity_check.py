"""What a text under a pseudonym is refused for: a name that was not looked at, a number in any case."""

import pytest
from django.db import transaction

from consult.requests.identity_check import must_not_name
from consult.requests.models import ConsultRequest
from core.errors import Invalid
from tests.cast import World
from tests.requests.blind import GIVEN, NAME, drafted, name_the_patient

FULL, ONE_NAME, HARMLESS = f"{GIVEN} {NAME}", f"As in {NAME}", "A lesion of the arm"


@pytest.fixture
def hidden(world: World) -> ConsultRequest:
    name_the_patient(world)
    return drafted(world)


@pytest.mark.parametrize(
    ("text", "checked", "is_refused"),
    [
        (FULL, False, True),
        (FULL, True, True),
        (ONE_NAME, False, True),
        (ONE_NAME, True, False),
        (HARMLESS, False, False),
        (HARMLESS, True, False),
    ],
)
def test_a_name_needs_a_look_and_a_full_name_is_refused(
    world: World, hidden: ConsultRequest, text: str, checked: bool, is_refused: bool
) -> None:
    try:
        with transaction.atomic():
            must_not_name(world.asker, hidden, {"question": text, "working_diagnosis": HARMLESS}, checked=checked)
    except Invalid as refusal:
        assert is_refused and set(refusal.fields) == {"question"} and NAME in refusal.fields["question"]
    else:
        assert not is_refused


def test_under_the_own_name_anything_may_be_written(world: World, hidden: ConsultRequest) -> None:
    hidden.is_pseudonymised = False
    must_not_name(world.asker, hidden, {"question": FULL}, checked=False)
