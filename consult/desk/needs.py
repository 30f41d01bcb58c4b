"""What needs this person now: at most four things, the most pressing first. Nothing else is pink on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.access import branches
from consult.requests.due import Due, due, span
from consult.requests.models import ConsultRequest
from consult.requests.policy import with_people
from consult.requests.queries import URGENT, asked_by, asked_to
from consult.requests.states import Status
from core import clock
from core.actor import Actor

MOST = 4
READ = 20  # of each side; what needs somebody is among the most urgent ones
REPLY = (Status.ASKED, Status.WAITING)
OF_REQUESTER = (Status.DRAFT, *REPLY, Status.ANSWERED, Status.ACKNOWLEDGED)
OLD_DRAFT = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Need:
    """One card: the request, how long, what to do. `rank` sorts, lower first."""

    rank: int
    request: ConsultRequest
    title: str
    time: str
    text: str
    url: str


def needs(actor: Actor) -> list[Need]:
    """The cards of this person. Three queries."""
    now = clock.now()
    to_answer = asked_to(actor).filter(status__in=[Status.SENT, Status.ACCEPTED]).order_by("due_at", "pk")
    own = asked_by(actor).filter(status__in=OF_REQUESTER).order_by("-created_at", "-pk")
    found = [_to_answer(each, now) for each in _read(actor, to_answer)]
    found += [_own(each, now) for each in _read(actor, own)]
    return sorted((need for need in found if need), key=lambda need: (need.rank, _moment(need.request)))[:MOST]


def _read(actor: Actor, requests: "Sequence[ConsultRequest]") -> list[ConsultRequest]:
    visible = requests.filter(branches.not_denied(actor, "case"))  # type: ignore[attr-defined]  # a queryset
    return list(with_people(visible)[:READ])


def _to_answer(request: ConsultRequest, now: datetime) -> Need | None:
    """An expert's: over time, to accept, or soon due."""
    clock_ = due(request, now)
    lab = request.asking_organisation.short_name
    if clock_.state == "over":
        return _need(0, request, clock_, _("Over its time, %(lab)s. %(what)s") % {"lab": lab, "what": _state(request)})
    if request.status == Status.SENT:
        rank = 1 if request.priority in URGENT else 3
        return _need(rank, request, clock_, _("%(lab)s asks for your opinion. Accept it") % {"lab": lab})
    if clock_.state == "soon":
        return _need(4, request, clock_, _("Due soon, %(lab)s. Your opinion is in draft") % {"lab": lab})
    return None


def _state(request: ConsultRequest) -> str:
    if request.status == Status.SENT:
        return _("Not accepted yet")
    return _("Your opinion is in draft")


def _own(request: ConsultRequest, now: datetime) -> Need | None:
    """A requester's: information asked, an opinion to read, one to use, a draft left lying."""
    expert = request.expert.user.printed_name if request.expert else ""
    if request.status in REPLY:
        return _need(2, request, due(request, now), _("%(expert)s needs information from you") % {"expert": expert})
    if request.status == Status.ANSWERED and request.answered_at:
        waiting = Due(_("since %(time)s") % {"time": span(now - request.answered_at)})
        return _need(3, request, waiting, _("%(expert)s has signed the opinion. Read it") % {"expert": expert})
    if request.status == Status.ACKNOWLEDGED and request.answered_at:
        waiting = Due(_("since %(time)s") % {"time": span(now - request.answered_at)})
        return _need(5, request, waiting, _("Say whether you adopted the opinion, and close"))
    if request.status == Status.DRAFT and now - request.saved_at > OLD_DRAFT:
        return _need(
            6, request, Due(_("since %(time)s") % {"time": span(now - request.saved_at)}), _("A draft to finish")
        )
    return None


def _need(rank: int, request: ConsultRequest, time: Due, text: str) -> Need:
    return Need(rank, request, request.number, time.text, text, reverse("requests:detail", args=[request.pk]))


def _moment(request: ConsultRequest) -> datetime:
    return request.due_at or request.created_at
