"""A story whose kind has no room yet: its case, as the laboratory has it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from cases.actions.close import close
from cases.models import Case
from consult.desk.demo.cases import enter, own_report, seen, stay
from consult.desk.demo.cast import Cast
from consult.desk.demo.pictures import link_pictures, read_again
from consult.desk.demo.world import Story

REPORTED = timedelta(days=2)  # after sending, where the file has no minutes


def live(story: Story, cast: Cast, today: date) -> Iterator[datetime]:
    """The case comes in and is reported; one whose story has ended is closed."""
    sent = story.sent(today)
    yield sent - stay(story)
    entered = enter(story, cast.enters(story))
    link_pictures(story, cast.enters(story), entered)
    yield sent - timedelta(minutes=30)
    requester = cast.actor(story.requester)
    case = Case.objects.select_related("patient").get(pk=entered.pk)
    read_again(story, requester, case)
    own_report(story, requester, case)
    if story.state == "closed":
        took = timedelta(minutes=sum(story.raw["clock_minutes"].values())) if "clock_minutes" in story.raw else REPORTED
        yield sent + took
        case.refresh_from_db()
        close(actor=requester, case_id=case.pk, seen=seen(case))
