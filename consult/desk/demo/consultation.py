"""The life of a consultation, told through the real actions up to the state in which its file leaves it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from cases.actions.close import close as close_case
from cases.models import Case
from consult.desk.demo import opinion
from consult.desk.demo.cases import enter, own_report, seen, stay
from consult.desk.demo.cast import Cast
from consult.desk.demo.legal import record_needs
from consult.desk.demo.pictures import link_pictures, read_again
from consult.desk.demo.world import Story
from consult.requests.actions.accept import accept
from consult.requests.actions.acknowledge import acknowledge
from consult.requests.actions.ask import ask
from consult.requests.actions.close import close
from consult.requests.actions.create import create
from consult.requests.actions.decline import decline
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.reply import reply
from consult.requests.actions.send import send
from consult.requests.actions.withdraw import withdraw
from consult.requests.models import ConsultRequest
from consult.requests.models.request import Use
from consult.requests.states import OPEN, Status
from core.actor import Actor
from notifications.actions.read import mark_read, mark_subject_read
from notifications.queries import visible_notifications

WRITING = timedelta(minutes=45)
ENDS_AT = {  # the states in which a file leaves a story, and the last step that takes it there
    "draft": "draft",
    "submitted": "sent",
    "in_triage": "sent",
    "more_information": "asked",
    "accepted": "accepted",
    "under_review": "accepted",
    "awaiting_material": "waiting",
    "opinion_drafted": "drafted",
    "opinion_signed": "signed",
    "received": "acknowledged",
    "closed": "closed",
    "not_diagnosable": "closed",
    "declined": "declined",
    "withdrawn": "withdrawn",
    "expired": "withdrawn",
}


class Consultation:
    """One story and the rows it has made so far; their ids are there once they are made."""

    case_id: UUID
    request_id: UUID

    def __init__(self, story: Story, cast: Cast, today: date) -> None:
        self.story, self.cast = story, cast
        self.sent = story.sent(today)
        self.end = ENDS_AT[story.state]

    @property
    def requester(self) -> Actor:
        """Who asks."""
        return self.cast.actor(self.story.requester)

    @property
    def expert(self) -> Actor:
        """Who is asked."""
        return self.cast.actor(self.story.expert)

    @property
    def case(self) -> Case:
        """The case as it is now."""
        return Case.objects.select_related("patient").get(pk=self.case_id)

    @property
    def request(self) -> ConsultRequest:
        """The request as it is now."""
        return ConsultRequest.objects.get(pk=self.request_id)

    def act(self, action: Callable[..., Any], actor: Actor, **given: Any) -> None:
        """Open the request's page, which marks what was told about it as read, and take one action on it."""
        request = self.request
        mark_subject_read(actor=actor, subject=request.pk)
        action(actor=actor, request_id=request.pk, version=request.version, seen=seen(self.case), **given)

    def live(self) -> Iterator[datetime]:
        """The whole story."""
        yield self.sent - stay(self.story)
        case = enter(self.story, self.cast.enters(self.story))
        self.case_id = case.pk
        link_pictures(self.story, self.cast.enters(self.story), case)
        yield self.sent - self.story.minutes("sender") - timedelta(minutes=30)
        read_again(self.story, self.requester, self.case)
        own_report(self.story, self.requester, self.case)
        yield self.sent - self.story.minutes("sender")
        self.draft()
        if self.end == "draft":
            return
        record_needs(self.requester, self.case, self.sent - self.story.minutes("sender"))
        yield self.sent
        self.act(send, self.requester)
        yield from self.after_sending()
        yield from self.read_the_rest()

    def draft(self) -> None:
        """Start the request and fill in its form."""
        story = self.story
        request = create(actor=self.requester, case_id=self.case.pk, seen=seen(self.case))
        self.request_id = request.pk
        filled = Draft(
            question=story.raw["question"],
            working_diagnosis=story.raw["working_diagnosis"],
            priority=story.priority,
            urgency_reason=story.text("urgency"),
            expert=self.cast.memberships[story.expert].pk,
        )
        self.act(edit, self.requester, draft=filled)

    def after_sending(self) -> Iterator[datetime]:
        """From the expert's first look to the end."""
        story, looked = self.story, self.sent + self.story.minutes("scan_transfer", "triage")
        if self.end == "sent":
            return
        if self.end == "asked":
            yield looked + story.minutes("expert")
            self.ask()
            return
        yield looked
        if self.end == "declined":
            told = story.raw["declined"]
            self.act(decline, self.expert, reason=told["reason"], note=told["text"])
            return
        if self.end == "withdrawn":
            self.act(withdraw, self.requester, reason=story.text("withdrawn"))
            return
        number = story_number(story, looked, self.cast)
        self.act(accept, self.expert, accession_number=number)
        yield from self.after_accepting(looked)

    def after_accepting(self, accepted: datetime) -> Iterator[datetime]:
        """The expert's work and what the requester makes of it."""
        story = self.story
        if story.state == "accepted":
            return
        yield accepted + timedelta(minutes=9)
        opinion.look_at_slides(self.expert, self.request)
        if story.state == "under_review":
            return
        if "information_request" in story.raw:
            yield accepted + story.minutes("expert") / 2
            self.ask()
            if self.end == "waiting":
                return
            yield accepted + story.minutes("expert") / 2 + story.minutes("waiting_information", "waiting_material")
            self.act(reply, self.requester, text=story.raw["information_request"]["reply"])
        signing = accepted + story.minutes("expert", "waiting_information", "waiting_material", "sign_off")
        yield signing - story.minutes("sign_off") - WRITING
        opinion.write(story, self.expert, self.request, seen(self.case))
        if self.end == "drafted":
            return
        yield signing
        opinion.sign_it(self.expert, self.request, seen(self.case))
        if self.end != "signed":
            yield from self.after_signing(signing)

    def after_signing(self, signed: datetime) -> Iterator[datetime]:
        """The opinion in use."""
        use = self.story.minutes("incorporation") or timedelta(hours=2)
        yield signed + use / 3
        self.act(acknowledge, self.requester)
        if self.end == "acknowledged":
            return
        yield signed + use
        amended = opinion.amend_own_report(self.story, self.requester, self.case)
        note = self.story.text("use_notes")
        reference = f"{self.case.accession_number} ({2 if amended else 1})"
        chosen = Use.PARTLY if note else Use.ADOPTED
        self.act(close, self.requester, use=chosen, use_note=note, final_report_reference=reference)
        yield signed + use + timedelta(hours=22)
        close_case(actor=self.requester, case_id=self.case.pk, seen=seen(self.case))

    def ask(self) -> None:
        """The expert asks for information."""
        told = self.story.raw["information_request"]
        self.act(ask, self.expert, text=told["text"], codes=told["codes"])

    def read_the_rest(self) -> Iterator[datetime]:
        """What is only told, or is done with, has been read; what asks somebody for something still waits."""
        request = self.request
        waits = request.status in (*OPEN, Status.ANSWERED)
        last = max(filter(None, (request.sent_at, request.accepted_at, request.answered_at, request.ended_at)))
        yield last + timedelta(hours=30)
        for actor in (self.requester, self.expert):
            unread = visible_notifications(actor).filter(read_at__isnull=True, subject=request.pk)
            mark_read(actor=actor, ids=[each.pk for each in unread if not (waits and each.about.needs_action)])


def story_number(story: Story, moment: datetime, cast: Cast) -> str:
    """The answering laboratory's own number of this consultation."""
    lab = cast.laboratory(story.expert)
    return lab.consult.format(year=f"{moment:%y}", number=story.number)
