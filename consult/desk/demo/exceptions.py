"""What is out of the ordinary in the demo: two emergency accesses, one reviewed and one that runs, an objection and a
block."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from cases.basis.actions.record import Said, record
from cases.basis.kinds import Against, How, Kind
from cases.emergency.actions.end import end
from cases.emergency.actions.open import open_access
from cases.emergency.actions.review import review
from cases.emergency.finding import Wanted
from cases.emergency.models import EmergencyAccess
from cases.looks import open_case
from cases.models import Case
from cases.objections.actions.object import record_objection
from consult.desk.demo.cases import seen
from consult.desk.demo.cast import Cast
from consult.desk.demo.schedule import Story
from consult.desk.demo.world import Story as WorldStory
from core import clock

# the stories whose cases these are about
REVIEWED, RUNNING, OBJECTED, BLOCKED = "demo-010", "demo-012", "demo-016", "demo-005"
PATHOLOGIST, SURGEON, OFFICER = "tvos", "wouthuis", "tprior"


def lives(stories: Mapping[str, WorldStory], cast: Cast, now: datetime) -> dict[str, Story]:
    """Each by name, where its story is told too."""
    found: dict[str, Story] = {}
    if REVIEWED in stories:
        found["emergency-reviewed"] = _reviewed(stories[REVIEWED], cast, now.date())
    if RUNNING in stories:
        found["emergency-running"] = _running(stories[RUNNING], cast, now)
    if OBJECTED in stories:
        found["objection"] = _objected(stories[OBJECTED], cast, now.date())
    if BLOCKED in stories:
        found["block"] = _blocked(stories[BLOCKED], cast, now.date())
    return found


def _reviewed(story: WorldStory, cast: Cast, today: date) -> Iterator[datetime]:
    """A pathologist looks at a case that was wanted at once, ends it, and the privacy officer finds it in order."""
    begin = story.sent(today) + timedelta(minutes=40)
    yield begin
    pathologist = cast.actor(PATHOLOGIST)
    access = open_access(
        actor=pathologist,
        wanted=Wanted(case=_case(story).pk),
        reason="critical_result",
        note="The surgeon has the patient in theatre and nobody answers in Wexborough.",
        proved_by="password",
    )
    open_case(pathologist, access.case_id)
    yield begin + timedelta(minutes=25)
    end(actor=pathologist, access_id=access.pk)
    yield begin + timedelta(hours=27)
    ended = EmergencyAccess.objects.get(pk=access.pk)
    review(
        actor=cast.actor(OFFICER),
        access_id=ended.pk,
        version=ended.version,
        outcome="justified",
        note="The surgeon confirms the call. The duty list was wrong that night and is corrected.",
    )


def _running(story: WorldStory, cast: Cast, now: datetime) -> Iterator[datetime]:
    """A surgeon elsewhere needs a result now: it still runs when the visitor comes."""
    yield now
    surgeon = cast.actor(SURGEON)
    case = _case(story)
    open_access(
        actor=surgeon,
        wanted=Wanted(organisation=case.organisation_id, accession_number=case.accession_number),
        reason="emergency_care",
        note="Bleeding in theatre, no time to ask.",
        proved_by="password",
    )
    open_case(surgeon, case.pk)


def _objected(story: WorldStory, cast: Cast, today: date) -> Iterator[datetime]:
    """A patient does not want the case to be shared any more."""
    yield story.sent(today) + timedelta(days=2)
    case = _case(story)
    record_objection(actor=cast.actor(story.requester), case_id=case.pk, seen=seen(case), stated_by="patient")


def _blocked(story: WorldStory, cast: Cast, today: date) -> Iterator[datetime]:
    """Another has everything blocked for other care providers, once the consultation is over."""
    yield story.sent(today) + timedelta(days=17)
    case, actor = _case(story), cast.actor(story.requester)
    said = Said(
        kind=Kind.BLOCK,
        on_day=clock.now().date(),
        by_whom=actor.name,
        how=How.WRITTEN,
        all_cases=True,
        reach=Against.ORGANISATION,
    )
    record(actor=actor, case_id=case.pk, seen=seen(case), said=said)


def _case(story: WorldStory) -> Case:
    """The case of a story, which is that of its patient."""
    told = story.raw["patient"]
    found = Case.objects.select_related("patient").filter(organisation__name=story.lab.name)
    return found.get(patient__family_name=told["family"], patient__given_name=told["given"])
