"""What needs this person now, the most pressing first. Nothing else is pink on the page, which shows the first four."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import REQUEST
from cases.access import branches
from consult.requests.drift import Difference, Kind
from consult.requests.due import due, span
from consult.requests.models import ConsultRequest, Message
from consult.requests.models.message import Kind as MessageKind
from consult.requests.policy import with_people
from consult.requests.queries import URGENT, asked_by, asked_to
from consult.requests.rows import views_of
from consult.requests.since_sent import perhaps_different, since_sent
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
    view: str  # of the worklist that holds it


def needs(actor: Actor) -> list[Need]:
    """The cards of this person. Three queries, and a few for each request that was changed after sending.

    The keys of all sides are found first and the rows read once: planning the joins takes longer than running them.
    """
    now = clock.now()
    to_answer = asked_to(actor).filter(status__in=[Status.SENT, Status.ACCEPTED]).order_by("due_at", "pk")
    own = asked_by(actor).filter(status__in=OF_REQUESTER).order_by("-created_at", "-pk")
    theirs, mine, touched = _read(actor, to_answer, own, _of_lab(actor).order_by("due_at", "pk"))
    found: list[Need | None] = [_to_answer(each, now) for each in theirs]
    found += [_own(each, now) for each in mine]
    found += _changed(actor, touched, now)
    by_request: dict[UUID, Need] = {}
    for need in sorted((need for need in found if need), key=_pressing):
        by_request.setdefault(need.request.pk, need)  # one card for a request: the most pressing
    return list(by_request.values())


def _read(actor: Actor, *sides: QuerySet[ConsultRequest]) -> list[list[ConsultRequest]]:
    """The first READ of each side, in its order. Two queries."""
    first, *others = [
        side.filter(branches.not_denied(actor, "case")).annotate(side=Value(place)).values_list("side", "pk")[:READ]
        for place, side in enumerate(sides)
    ]
    keys = list(first.union(*others, all=True))
    rows = with_people(ConsultRequest.objects.annotate(question_at=_question_at()))
    found = rows.in_bulk({key for _side, key in keys}) if keys else {}
    return [[found[key] for side, key in keys if side == place and key in found] for place in range(len(sides))]


def _question_at() -> Subquery:
    """When the question that is open was asked."""
    asked = Message.objects.filter(request=OuterRef("pk"), kind=MessageKind.QUESTION)
    return Subquery(asked.order_by("-at").values("at")[:1])


def _to_answer(request: ConsultRequest, now: datetime) -> Need:
    """An expert's: over time, to accept, or accepted and to answer."""
    clock_ = due(request, now)
    lab = request.asking_organisation.short_name
    is_new = request.status == Status.SENT
    if clock_.state == "over" and is_new:
        return _need(0, request, clock_.text, _("%(lab)s asks for your opinion, over its time") % {"lab": lab})
    if clock_.state == "over":
        return _need(0, request, clock_.text, _("%(lab)s, your opinion is over its time") % {"lab": lab})
    if is_new:
        rank = 1 if request.priority in URGENT else 3
        return _need(rank, request, clock_.text, _("%(lab)s asks for your opinion") % {"lab": lab})
    rank = 3 if clock_.state == "soon" or request.priority in URGENT else 4
    return _need(rank, request, clock_.text, _("%(lab)s waits for your opinion") % {"lab": lab})


def _own(request: ConsultRequest, now: datetime) -> Need | None:
    """A requester's: information asked, an opinion to read, one to use, a draft left lying."""
    asked: datetime | None = getattr(request, "question_at", None)
    expert = request.expert.user.printed_name if request.expert else ""
    if request.status in REPLY and asked:
        text = _("%(expert)s needs information from you") % {"expert": expert}
        return _need(2, request, _waiting(now - asked), text, "asked")
    if request.status == Status.ANSWERED and request.answered_at:
        text = _("%(expert)s has signed the opinion. Read it") % {"expert": expert}
        return _need(3, request, _waiting(now - request.answered_at), text, "asked")
    if request.status == Status.ACKNOWLEDGED and request.answered_at:
        text = _("Say whether you adopted the opinion, and close")
        return _need(5, request, _waiting(now - request.answered_at), text, "asked")
    if request.status == Status.DRAFT and now - request.saved_at > OLD_DRAFT:
        return _need(6, request, _waiting(now - request.saved_at), _("A draft to finish"), "asked")
    return None


def _of_lab(actor: Actor) -> QuerySet[ConsultRequest]:
    """The asking laboratory's: what a running request is about was changed, and one of its pathologists confirms."""
    if actor.role not in REQUEST or actor.organisation is None:
        return ConsultRequest.objects.none()
    return perhaps_different(ConsultRequest.objects.filter(asking_organisation=actor.organisation))


def _changed(actor: Actor, requests: Sequence[ConsultRequest], now: datetime) -> list[Need]:
    views = views_of(actor, requests) if requests else {}
    found = [(each, since_sent(each, views[each.pk])) for each in requests if each.pk in views]
    return [_to_confirm(each, differences[0], now) for each, differences in found if differences]


def _to_confirm(request: ConsultRequest, difference: Difference, now: datetime) -> Need:
    if difference.kind == Kind.OTHER_PATIENT:
        text = _("Another patient now: confirm or withdraw")
    elif difference.blocks:
        text = _("Another number now: confirm or withdraw")
    else:
        text = _("Changed after it was sent: confirm it")
    return _need(0 if difference.blocks else 2, request, due(request, now).text, text, "lab")


def _waiting(length: timedelta) -> str:
    return _("waiting %(time)s") % {"time": span(length)}


def _need(rank: int, request: ConsultRequest, time: str, text: str, view: str = "mine") -> Need:
    return Need(rank, request, request.number, time, text, reverse("requests:detail", args=[request.pk]), view)


def _pressing(need: Need) -> tuple[int, bool, datetime]:
    """Sorts the cards: by kind, the urgent ones first, then by time."""
    request = need.request
    return need.rank, request.priority not in URGENT, request.due_at or request.created_at
