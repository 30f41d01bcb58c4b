"""Requests as rows of a list: the patient through CaseView, the clock, the slides; constant queries per page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Organisation
from cases.access.queries import visible_among
from cases.access.view import NEVER, CaseView, case_views, masks
from consult.requests.banner import sex_and_age, short_name
from consult.requests.due import Due, due
from consult.requests.models import ConsultRequest, RequestSlide
from consult.requests.record import kept_view
from consult.requests.states import Status
from consult.requests.withheld import take_words_off, withheld
from core import clock
from core.actor import Actor
from slides.states import Status as ImageStatus

# The shapes of the design (core.web.templatetags.ui.STATUS_ICONS).
KINDS = {
    Status.DRAFT: "draft",
    Status.DISCARDED: "discarded",
    Status.SENT: "sent",
    Status.ASKED: "asked",
    Status.ACCEPTED: "review",
    Status.WAITING: "info",
    Status.ANSWERED: "signed",
    Status.ACKNOWLEDGED: "read",
    Status.CLOSED: "closed",
    Status.DECLINED: "declined",
    Status.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One request as a list shows it. `shared` slides, of which `ready` can be opened."""

    request: ConsultRequest
    view: CaseView
    due: Due
    today: date
    shared: int
    ready: int
    is_expert: bool
    home: UUID | None

    @property
    def kind(self) -> str:
        """The shape of its status."""
        return KINDS[Status(self.request.status)]

    @property
    def patient(self) -> str:
        """The short name, or the pseudonym."""
        return short_name(self.view)

    @property
    def sex_and_age(self) -> str:
        """F 70."""
        return sex_and_age(self.view, self.today)

    @property
    def is_over(self) -> bool:
        """Whether its time is over."""
        return self.due.state == "over"

    @property
    def other(self) -> Organisation | None:
        """The laboratory on the other side of the reader's, None while nobody is chosen."""
        if self.is_expert or self.request.asking_organisation_id != self.home:
            return self.request.asking_organisation
        return self.request.expert.organisation if self.request.expert else None


def rows(actor: Actor, requests: Sequence[ConsultRequest]) -> list[Row]:
    """The rows of requests the actor may see (with_people), in their order. Six queries, whatever their number.

    A draft whose case the actor no longer sees has nothing to show and is left out.
    """
    now = clock.now()
    views = views_of(actor, requests)
    counts = _slide_counts([request.pk for request in requests])
    return [
        Row(
            request=request,
            view=views[request.pk],
            due=due(request, now),
            today=timezone.localtime(now).date(),
            shared=counts.get(request.pk, (0, 0))[0],
            ready=counts.get(request.pk, (0, 0))[1],
            is_expert=request.expert is not None and request.expert.user_id == actor.person,
            home=actor.organisation,
        )
        for request in requests
        if request.pk in views
    ]


def views_of(actor: Actor, requests: Sequence[ConsultRequest]) -> dict[UUID, CaseView]:
    """By request: the case as the actor may know it now, as it was sent where the access has ended, or nothing of it.

    From a request of which nothing is told the words are taken off, and from the words of every other the patient for
    whoever meets a pseudonym, by what is known of the patient today: a name that nobody found in them when they were
    sent may have been corrected since. The view does the same to what was written at a step. These rows are for
    showing, never for saving.
    """
    cases = {case.pk: case for case in visible_among(actor, {request.case_id for request in requests})}
    by_case = {view.id: view for view in case_views(actor, cases.values())} if cases else {}
    closed = withheld(actor, [each for each in requests if each.case_id not in by_case])
    kept = [each for each in requests if each.as_sent and each.case_id not in by_case]
    mask = masks({each.case for each in kept if each.is_pseudonymised})
    found = {}
    for request in requests:
        if view := by_case.get(request.case_id):
            found[request.pk] = _hiding(view, request) if view.is_pseudonymised else view
        elif request.pk in closed:
            found[request.pk] = take_words_off(request, mask.get(request.case_id, str))
        elif request.as_sent and request.is_pseudonymised:
            found[request.pk] = _hiding(kept_view(request, mask[request.case_id]), request)
        elif request.as_sent:
            found[request.pk] = kept_view(request)
    return found


def _hiding(view: CaseView, request: ConsultRequest) -> CaseView:
    """The view of somebody under a pseudonym: whoever reads two requests about one case so meets each under its own.

    What their laboratory keeps of one that was sent by name stands without names, numbers and days.
    """
    for name in ("question", "working_diagnosis", "urgency_reason", "use_note", "final_report_reference"):
        setattr(request, name, view.text(getattr(request, name)))
    if request.is_pseudonymised:
        return replace(view, name_family=request.pseudonym, exact_from=request.sent_at or view.exact_from)
    request.answering_accession_number = ""
    for name in ("sent_at", "due_at", "accepted_at", "answered_at", "ended_at"):
        setattr(request, name, None)
    return replace(view, exact_from=NEVER)


def _slide_counts(request_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    counted = (
        RequestSlide.objects.filter(request__in=request_ids)
        .values("request")
        .annotate(shared=Count("pk"), ready=Count("pk", filter=Q(slide__image__status=ImageStatus.READY)))
    )
    return {row["request"]: (row["shared"], row["ready"]) for row in counted}
