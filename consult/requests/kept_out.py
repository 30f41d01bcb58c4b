"""What becomes of requests when somebody is kept out of their case: said before it is done, and told afterwards.

The person themselves hears nothing. Whoever asked hears that the expert cannot go on; where it is they who are kept
out, their laboratory hears of it and goes on in their place (asking_side.py). What they have not sent nobody else sees:
it is discarded.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.exclusions.models import Exclusion
from cases.exclusions.states import EXCLUSION, Status
from cases.hooks import Work
from consult.requests.actions.discard_draft import discard_of_absent
from consult.requests.asking_side import who_hears
from consult.requests.held import GOES_ON, opens_to_expert
from consult.requests.models import ConsultRequest
from consult.requests.policy import visible_requests, with_people
from consult.requests.states import OPEN, SHARED
from consult.requests.states import Status as RequestStatus
from core.actor import Actor
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.jobs.queue import dedupe_key, enqueue
from core.workflow.hooks import Transition
from notifications.actions.notify import notify
from notifications.hooks import subject

TELL_OF_EXCLUSION = "requests.tell_of_exclusion"


def _page(request_id: UUID) -> str:
    return reverse("requests:detail", args=[request_id])


EXPERT_KEPT_OUT = subject(
    "request.expert_kept_out",
    gettext_lazy("The expert of request %(number)s is kept out of the case. Withdraw it and ask somebody else."),
    _page,
    label=gettext_lazy("Expert kept out of the case"),
)

REQUESTER_KEPT_OUT = subject(
    "request.requester_kept_out",
    gettext_lazy("Whoever asked request %(number)s is kept out of the case. Go on with it in their place."),
    _page,
    label=gettext_lazy("Requester kept out of the case"),
)


def open_work(actor: Actor, case_id: UUID) -> Iterable[Work]:
    """The requests about the case that the actor sees and that run: what waits if the expert, or who asked, goes. Of
    the drafts the actor's own alone, for nobody sees another's."""
    seen = with_people(visible_requests(actor)).filter(case=case_id, status__in=[RequestStatus.DRAFT, *SHARED])
    for request in seen.order_by("number"):
        words = []
        if request.status == RequestStatus.DRAFT:
            own = _("If you are kept out, this draft is discarded, and colleagues hear that nothing was sent.")
            yield Work(request.number, _page(request.pk), own)
            continue
        if request.expert is not None and request.status in OPEN:
            stops = _("If %(name)s, who was asked, is kept out, nobody answers it: withdraw it and ask somebody else.")
            words.append(stops % {"name": request.expert.user.printed_name})
        goes_on = _("If %(name)s, who asked, is kept out, colleagues of your laboratory go on with it and hear of it.")
        words.append(goes_on % {"name": request.requester.user.printed_name})
        yield Work(request.number, _page(request.pk), " ".join(words))


def note_exclusions(transitions: Sequence[Transition]) -> None:
    """The after_transition listener: a job for each open request whose expert is kept out of its case, or let in, and
    for each that runs whose requester is. The drafts of who is kept out are discarded at once."""
    steps = {each.noun_id: each for each in transitions if each.noun == EXCLUSION.noun}
    for exclusion in Exclusion.objects.filter(pk__in=steps) if steps else ():
        actor = steps[exclusion.pk].actor
        if exclusion.status == Status.STANDING:
            _discard_drafts(exclusion, actor)
        asked = Q(expert__user=exclusion.person_id, status__in=OPEN)
        asking = Q(requester__user=exclusion.person_id, status__in=SHARED)
        for request in ConsultRequest.objects.filter(asked | asking, case=exclusion.case_id).order_by("pk"):
            enqueue(
                TELL_OF_EXCLUSION,
                subject=request.pk,
                key=dedupe_key(TELL_OF_EXCLUSION, request.pk, occasion=f"{exclusion.pk}.{steps[exclusion.pk].action}"),
                payload={"exclusion": str(exclusion.pk), "by": str(actor.person)},
                request_id=actor.request_id,
            )


def _discard_drafts(exclusion: Exclusion, actor: Actor) -> None:
    """The case is locked by the action that keeps the person out of it."""
    drafts = ConsultRequest.objects.filter(case=exclusion.case_id, requester__user=exclusion.person_id)
    for draft in drafts.filter(status=RequestStatus.DRAFT).select_for_update(of=("self",), no_key=True).order_by("pk"):
        discard_of_absent(actor=actor, request=draft)


@effect(
    TELL_OF_EXCLUSION,
    inside=True,
    label=gettext_lazy("Telling the laboratory that asked that somebody is kept out"),
    about="request",
)
def tell_of_exclusion(job: Job) -> None:
    """Notify who goes on with the request of how it is now; not who did it."""
    request = ConsultRequest.objects.select_related("requester", "expert").get(pk=job.subject)
    exclusion = Exclusion.objects.get(pk=str(job.payload["exclusion"]))
    for kind in _kinds(request, exclusion):
        for person in sorted(who_hears(request)):
            if str(person) != job.payload["by"]:
                notify(
                    recipient=person,
                    kind=kind,
                    subject=request.pk,
                    occasion=f"{exclusion.pk}.{exclusion.version}",
                    number=request.number,
                    urgent=kind != GOES_ON,
                )


def _kinds(request: ConsultRequest, exclusion: Exclusion) -> Iterable[str]:
    """What there is to say now: nothing of an expert in whose place another answers, nor of what is over meanwhile."""
    is_kept_out = exclusion.status == Status.STANDING
    if request.expert is not None and request.expert.user_id == exclusion.person_id and request.status in OPEN:
        if is_kept_out:
            yield EXPERT_KEPT_OUT
        elif opens_to_expert(request):
            yield GOES_ON
    if request.requester.user_id == exclusion.person_id and request.status in SHARED and is_kept_out:
        yield REQUESTER_KEPT_OUT
