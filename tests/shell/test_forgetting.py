"""What is kept for a time only is gone afterwards."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session

from core import clock
from core.ids import new_id
from core.web.models import IdempotentAnswer
from core.web.tasks import forget
from tests.cast import World, client_for

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def answer(world: World, age: timedelta) -> IdempotentAnswer:
    return IdempotentAnswer.objects.create(
        person_id=world.asker.who(), key=new_id().hex, fingerprint="x", place={}, at=clock.now() - age
    )


def test_an_answer_of_the_api_is_kept_for_a_day(world: World) -> None:
    kept, gone = answer(world, timedelta(hours=23)), answer(world, timedelta(hours=25))
    forget()
    assert list(IdempotentAnswer.objects.filter(pk__in=[kept.pk, gone.pk])) == [kept]


def test_a_session_that_ran_out_is_removed(world: World) -> None:
    first, second = (client_for(world.asker).session.session_key for _ in range(2))
    Session.objects.filter(pk=first).update(expire_date=LONG_AGO)
    forget()
    assert set(Session.objects.filter(pk__in=[first, second]).values_list("pk", flat=True)) == {second}


def test_it_is_asked_for_every_hour() -> None:
    assert settings.CELERY_BEAT_SCHEDULE["forget"] == {
        "task": forget.name,
        "schedule": 3600.0,
        "options": {"expires": 3600},
    }
