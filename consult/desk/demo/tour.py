"""The six steps of the demo's tour: each a sentence and a link, ticked off by what visitors have really done."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import actor_for
from accounts.models import Membership
from consult.desk.demo import doors, personas
from consult.requests.policy import visible_requests
from consult.requests.states import Status
from core.actor import Actor, Door
from core.audit.models import AuditEvent, Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ASKER, EXPERT = "asker", "expert"


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it is written: done once `audit` was recorded for whom it is for; where its request stands."""

    audit: str
    sentence: "StrOrPromise"
    persona: str
    page: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A step as it is shown: `url` is at the persona's own origin."""

    sentence: "StrOrPromise"
    who: str
    url: str
    done: bool


ACCEPT = Step(
    "request.accepted",
    _("Accept the waiting request, with your own accession number."),
    EXPERT,
    "requests:detail",
    Status.SENT,
)
STEPS = (
    Step(
        "request.sent",
        _("Ask an expert about one of your cases: open a case, ask a question, choose the slides, send."),
        ASKER,
        "cases:list",
    ),
    ACCEPT,
    Step("slide.opened", _("Look at the slide."), EXPERT, "requests:read", Status.ACCEPTED),
    Step(
        "report.signed", _("Write the opinion beside the slide and sign it."), EXPERT, "requests:read", Status.ACCEPTED
    ),
    Step(
        "request.acknowledged",
        _("Read the opinion that has come back, and say that you have read it."),
        ASKER,
        "requests:detail",
        Status.ANSWERED,
    ),
    Step(
        "request.closed",
        _("Close the request, and say whether you used the opinion. The expert's access to the slides ends."),
        ASKER,
        "requests:detail",
        Status.ACKNOWLEDGED,
    ),
)


# What the visitor did a moment ago comes before what the demo began with.
CAME_LAST: dict[str, str] = {
    Status.ACCEPTED: "-accepted_at",
    Status.ANSWERED: "-answered_at",
    Status.ACKNOWLEDGED: "-answered_at",
}


def steps() -> list[Shown]:
    """The steps with their state. What the seeder did does not count: it came in by another door."""
    actors = {label: _actor(label) for label in (ASKER, EXPERT)}
    people = {actor.person for actor in actors.values() if actor}
    events = AuditEvent.objects.filter(person__in=people, door__in=[Door.WEB, Door.API], outcome=Outcome.SUCCESS)
    done = set(events.filter(action__in=[step.audit for step in STEPS]).values_list("action", "person"))
    return [
        Shown(
            sentence=step.sentence,
            who=actor.name,
            url=doors.origin_of(step.persona) + _page(_reachable(step, {audit for audit, _person in done}), actor),
            done=(step.audit, actor.person) in done,
        )
        for step in STEPS
        if (actor := actors[step.persona]) is not None
    ]


def _reachable(step: Step, done: set[str]) -> Step:
    """The step itself; before anything was accepted, accepting the request that it will be about."""
    needs_accepting = step.status == Status.ACCEPTED and ACCEPT.audit not in done
    return ACCEPT if needs_accepting else step


def _page(step: Step, actor: Actor) -> str:
    """The page of the request that came last to where the step needs it; else the first page."""
    if not step.status:
        return reverse(step.page)
    side = "expert" if step.persona == EXPERT else "requester"
    own = visible_requests(actor).filter(**{f"{side}__user": actor.person}, status=step.status)
    newest = own.order_by(CAME_LAST.get(step.status, "-created_at"), "-id").first()
    return reverse(step.page, args=[newest.pk]) if newest else reverse("desk:home")


def _actor(label: str) -> Actor | None:
    """The persona as an actor, to see what they see; None in a demo without them."""
    persona = personas.by_label(label)
    if persona is None:
        return None
    rows = Membership.objects.active().select_related("user", "organisation")
    membership = rows.filter(user__email=persona.email).order_by("valid_from", "id").first()
    return actor_for(membership.user, membership, door=Door.WEB) if membership else None
