"""What every page of one request needs: the request, the case as the actor may know it, the hidden versions."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from cases.access.view import CaseView, known_of
from cases.banner import Banner
from cases.looks import glance, look
from cases.models import Slide
from consult.requests.audit_names import READ
from consult.requests.banner import banner
from consult.requests.drift import Difference
from consult.requests.drift_words import Notice, notice
from consult.requests.due import Due, due
from consult.requests.identity_check import Flag, hidden_words
from consult.requests.models import ConsultRequest
from consult.requests.policy import get_request, opens_case, parties
from consult.requests.record import names_unknown
from consult.requests.rows import KINDS, views_of
from consult.requests.shares import ends_by
from consult.requests.since_sent import since_sent
from consult.requests.standing import standing
from consult.requests.states import OPEN, REQUEST, SHARED, Status
from consult.requests.views.material import slides_of_case
from core import clock
from core.actor import Actor
from core.errors import Hidden
from core.workflow.models import TimelineEntry


@dataclass(frozen=True)
class Screen:
    """One request as one actor sees it now."""

    actor: Actor
    request: ConsultRequest
    view: CaseView
    now: datetime

    @cached_property
    def parties(self) -> frozenset[str]:
        """What the actor is to the request."""
        return parties(self.actor, self.request)

    @cached_property
    def allowed(self) -> list[str]:
        """The actions the table allows now; confirming only where there is something to confirm."""
        found = REQUEST.allowed(self.request.status, self.parties)
        if self.view.is_withheld:
            return [name for name in found if name == "decline"]
        return found if self.differences else [name for name in found if name != "confirm_identity"]

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """What is different since the request was sent, for whoever sees the case."""
        return since_sent(self.request, self.view)

    @cached_property
    def notice(self) -> Notice | None:
        """The same in words, and whose turn it is."""
        return notice(self.request, self.differences, self.parties)

    @cached_property
    def hidden_words(self) -> list[Flag]:
        """For the asking laboratory: in place of which of its words the other side reads […] while the request runs."""
        asks = self.actor.organisation == self.request.asking_organisation_id and self.sees_case
        if not (asks and self.request.is_pseudonymised and self.request.status in SHARED):
            return []
        return hidden_words(self.request, known_of(self.view))

    @cached_property
    def slides(self) -> list[Slide]:
        """Every slide of the case in order, for its own laboratory alone."""
        return slides_of_case(self.request.case_id)

    @cached_property
    def shared(self) -> list[Slide]:
        """Those that the request names."""
        prefetch_related_objects([self.request], "slides")
        named = {row.slide_id for row in self.request.slides.all()}
        return [slide for slide in self.slides if slide.pk in named]

    @property
    def patient(self) -> Banner:
        """For the banner and the identity card."""
        return banner(self.view, self.request)

    @property
    def due(self) -> Due:
        """The clock."""
        return due(self.request, self.now)

    @property
    def kind(self) -> str:
        """The shape of the status."""
        return KINDS[Status(self.request.status)]

    @property
    def standing(self) -> str:
        """Who has it now, in a sentence."""
        return standing(
            self.request,
            self.parties,
            is_held=self.is_held,
            has_run_out=self.has_run_out,
            expert_left=self.expert_left,
        )

    @cached_property
    def expert_left(self) -> bool:
        """Whether it ended because its expert takes no consultations there any more, and not because they declined. One
        query for what was declined."""
        if self.request.status != Status.DECLINED:
            return False
        steps = TimelineEntry.objects.filter(noun=REQUEST.noun, noun_id=self.request.pk)
        return steps.filter(action="expert_left").exists()

    @cached_property
    def is_held(self) -> bool:
        """Whether sharing its case has stopped while it runs. One query for those who still see the case."""
        if self.request.status not in OPEN:
            return False
        return self.view.is_withheld or not self.opens

    @property
    def has_run_out(self) -> bool:
        """Whether the expert's access has ended by its time, though nobody has ended the request."""
        sent, expert = self.request.sent_at, self.request.expert
        if self.request.status not in SHARED or sent is None or expert is None:
            return False
        return ends_by(sent, expert) <= self.now

    @cached_property
    def opens(self) -> bool:
        """Whether the request opens its case to anybody, now or from a day on. One query."""
        return opens_case(self.request.pk)

    @property
    def names_unknown(self) -> bool:
        """Whether it was sent by name, and the actor reads its case under a pseudonym."""
        return names_unknown(self.request, self.view)

    @property
    def sees_case(self) -> bool:
        """Whether the case itself is open to the actor; otherwise it is shown as it was sent."""
        return self.view.case_version > 0

    @property
    def hidden(self) -> dict[str, int]:
        """The versions that every form of the page carries."""
        return {
            "version": self.request.version,
            "seen_case": self.view.identity_version,
            "seen_patient": self.view.patient_version,
        }

    @property
    def context(self) -> dict[str, object]:
        """For a template: `screen`, and the banner's variables."""
        clock_ = self.due
        return {
            "screen": self,
            "consult": self.request,
            "patient": self.patient,
            "case_number": self.request.number,
            "due_text": clock_.text,
            "due_share": clock_.share,
            "due_state": clock_.state,
        }


def looked(shown: Screen, *, again: bool = False) -> None:
    """The row that says who read the request; of a part that is asked for `again` and again, not each time."""
    of, leave = shown.request, glance if again else look
    leave(shown.actor, READ, of.case, object_kind="request", object_id=of.pk, object_version=of.version)


def screen(actor: Actor, request_id: UUID) -> Screen:
    """The request and its case. Raises Hidden."""
    request = get_request(actor, request_id)
    view = views_of(actor, [request]).get(request.pk)
    if view is None:
        raise Hidden(_("There is nothing here that you may see."))
    return Screen(actor, request, view, clock.now())
