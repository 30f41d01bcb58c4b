"""Access that nothing states, or that is missing, is counted, told, and put right on demand."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from cases.access.differences import SLICES, differences, slice_of
from cases.models import Case, CaseGrant, Denial, Share, ShareSlide
from cases.tasks import check_access
from core import clock
from core.ids import new_id
from notifications.models import Notification
from tests.cast import World
from tests.databases import as_owner

DAY = timedelta(days=1)


def longer(world: World) -> None:
    CaseGrant.objects.filter(content_object=world.case("sent")).update(valid_until=F("valid_until") + DAY)


def without_share(world: World) -> None:
    CaseGrant.objects.filter(content_object=world.case("sent")).delete()
    ShareSlide.objects.filter(share__case=world.case("sent")).delete()
    Share.objects.filter(case=world.case("sent")).delete()


def another_slide(world: World) -> None:
    ShareSlide.objects.create(share=Share.objects.get(case=world.case("sent")), slide=world.slides("sent")[-1])


def of_what_is_over(world: World) -> None:
    CaseGrant.objects.filter(content_object=world.case("withdrawn")).update(revoked_at=None)


def denied(world: World) -> None:
    Denial.objects.create(
        case=world.case("sent"),
        user_id=world.expert.who(),
        kind="conflict",
        source_kind="nothing",
        source_id=new_id(),
        valid_from=clock.now(),
    )


@pytest.mark.parametrize("spoil", [longer, without_share, another_slide, of_what_is_over, denied])
def test_what_no_action_wrote_is_counted_and_put_right(world: World, spoil: Callable[[World], None]) -> None:
    cases = list(Case.objects.values_list("pk", flat=True))
    assert differences(cases) == 0
    spoil(world)
    found = differences(cases)
    assert found > 0
    assert differences(cases) == found, "counting changes nothing"
    with pytest.raises(CommandError, match=f"^{found} rows"):
        call_command("grants", "--check")
    call_command("grants")
    assert differences(cases) == 0
    call_command("grants", "--check")


@pytest.mark.commits
def test_a_copy_that_is_not_the_cases_is_counted(world: World) -> None:
    with as_owner() as owner:
        owner.execute(
            "UPDATE cases_casegrant SET organ_system = 'heart' WHERE content_object_id = %s", [world.case("sent").pk]
        )
    assert differences([world.case("sent").pk]) > 0


def test_what_has_run_out_and_was_not_tidied_is_no_difference(world: World, at: Callable[[datetime], None]) -> None:
    at(clock.now() + 400 * DAY)
    assert differences(list(Case.objects.values_list("pk", flat=True))) == 0


def test_every_hour_a_sixteenth_is_counted_and_the_platform_hears_of_it(
    world: World, at: Callable[[datetime], None]
) -> None:
    every = [pk for number in range(SLICES) for pk in slice_of(number).values_list("pk", flat=True)]
    assert sorted(every) == list(Case.objects.order_by("pk").values_list("pk", flat=True))
    longer(world)
    own = next(number for number in range(SLICES) if slice_of(number).filter(pk=world.case("sent").pk).exists())
    now = (clock.now() + DAY).replace(hour=(own + 1) % SLICES, minute=10)
    at(now)
    check_access()
    assert not Notification.objects.filter(kind="access.differs").exists()
    at(now.replace(hour=own))
    check_access()
    check_access()
    told = Notification.objects.get(kind="access.differs")
    assert told.recipient.is_platform_admin
    assert differences([world.case("sent").pk]) > 0, "nothing is put right by itself"
