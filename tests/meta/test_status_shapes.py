"""What a case and a request are at is told by a shape that means nothing else, beside the word."""

from collections import defaultdict

from django.utils.translation import override

from cases.emergency.queries import KINDS as EMERGENCY_KINDS
from cases.emergency.states import Status as EmergencyStatus
from cases.states import Status as CaseStatus
from cases.views.list import STATUS_KINDS
from consult.requests.rows import KINDS
from consult.requests.states import Status as RequestStatus
from core.web.templatetags.ui import STATUS_ICONS


def test_every_status_has_a_shape() -> None:
    assert set(STATUS_KINDS) == set(CaseStatus)
    assert set(KINDS) == set(RequestStatus)
    assert set(EMERGENCY_KINDS) == set(EmergencyStatus)


def test_a_shape_stands_for_one_word_whatever_it_is_about() -> None:
    words = defaultdict(set)
    with override("en"):
        for status, kind in [*STATUS_KINDS.items(), *KINDS.items(), *EMERGENCY_KINDS.items()]:
            words[STATUS_ICONS[kind]].add(str(status.label))
    assert {shape: found for shape, found in words.items() if len(found) > 1} == {}
