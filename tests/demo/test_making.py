"""Making the world: always the same, never taken for whole when it is half, never in a system that is not a demo."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test.utils import override_settings

from accounts.models import Membership
from cases.models import Case, Slide
from consult.desk.demo.seed import HalfMade, is_made, seed
from consult.requests.models import ConsultRequest
from core import clock
from notifications.models import Notification

pytestmark = pytest.mark.ci

SOME = ["demo-011", "demo-031", "demo-037", "demo-047", "demo-061"]
Database = Callable[[str], AbstractContextManager[None]]


def picture_of_the_rows() -> list[object]:
    """Everything that should be the same in two worlds of one day."""
    return [
        sorted(Membership.objects.values_list("pk", "user__email", "registration_number")),
        sorted(Case.objects.values_list("pk", "accession_number", "patient__pk", "history")),
        sorted(Slide.objects.values_list("pk", "label")),
        sorted(ConsultRequest.objects.values_list("number", "pk", "case__accession_number", "status")),
        sorted(Notification.objects.values_list("pk", "recipient__email", "kind")),
    ]


def test_two_worlds_of_one_day_have_the_same_ids_and_numbers(another_database: Database) -> None:
    with another_database("first"):
        midday = clock.now().replace(hour=12, minute=0, second=0, microsecond=0)
        seed(midday, only=SOME)
        first = picture_of_the_rows()
    with another_database("second"):
        seed(midday + timedelta(hours=9, minutes=17), only=SOME)
        second = picture_of_the_rows()
    assert first == second
    assert all(first)


def test_a_world_made_at_night_holds_nothing_of_the_future(empty_database: None) -> None:
    night = clock.now().replace(hour=0, minute=10, second=0, microsecond=0)
    seed(night, only=["demo-031", "demo-037"])
    assert not Case.objects.filter(received_at__gt=night).exists()
    assert not ConsultRequest.objects.filter(saved_at__gt=night).exists()


def test_a_world_whose_making_was_interrupted_is_recognised(empty_database: None) -> None:
    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    assert not is_made()
    with pytest.raises(KeyboardInterrupt):
        seed(clock.now(), only=[], say=interrupt)
    with pytest.raises(HalfMade):
        is_made()


def test_the_clock_runs_again_when_the_world_is_made(empty_database: None) -> None:
    seed(clock.now(), only=[])
    assert is_made()
    before: datetime = clock.now()
    assert before < clock.now()


def test_it_is_refused_where_there_is_no_demo(empty_database: None) -> None:
    with override_settings(DEMO=False), pytest.raises(CommandError, match="demo only"):
        call_command("demo")
    assert not Case.objects.exists()
