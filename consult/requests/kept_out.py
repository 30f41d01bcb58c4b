"""What becomes of requests when somebody is kept out of their case: said before it is done, and told afterwards.

The person themselves hears nothing. Whoever asked hears that the expert cannot go on; where it is they who are kept
out, their laboratory goes on in their place (effects.py).
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.standing_in import who_is_told
from cases.access import branches
from cases.exclusions.models import Exclusion
from cases.exclusions.states import EXCLUSION, Status
from cases.hooks import Work
from consult.requests.held import GOES_ON
from consult.requests.models import ConsultRequest
from consult.requests.policy import visible_requests, with_people
from consult.requests.states import OPEN, SHARED
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


def open_work(actor: Actor, case_id: UUID) -> Iterable[Work]:
    """The requests about the case that the actor sees and that run: what waits if the expert, or who asked, goes."""
    for request in with_people(visible_requests(actor)).filter(case=case_id, status__in=SHARED).order_by("number"):
        words = []
        if request.expert is not None and request.status in OPEN:
            stops = _("If %(name)s, who was asked, is kept out, nobody answers it: withdraw it and ask somebody else.")
            words.append(stops % {"name": request.expert.user.printed_name})
        goes_on = _("If %(name)s, who asked, is kept out, colleagues of your laboratory go on with it and hear of it.")
        words.append(goes_on % {"name": request.requester.user.printed_name})
        yield Work(request.number, _page(request.pk), " ".join(words))


def note_exclusions(transitions: Sequence[Transition]) -> None:
    """The after_transition listener: a job for each open request whose expert is kept out of its case, or let in."""
    steps = {each.noun_id: each for each in transitions if each.noun == EXCLUSION.noun}
    for exclusion in Exclusion.objects.filter(pk__in=steps) if steps else ():
        concerned = ConsultRequest.objects.filter(case=exclusion.case_id, expert__user=exclusion.person_id)
        for request in concerned.filter(status__in=OPEN).order_by("pk"):
            actor = steps[exclusion.pk].actor
            enqueue(
                TELL_OF_EXCLUSION,
                subject=request.pk,
                key=dedupe_key(TELL_OF_EXCLUSION, request.pk, occasion=f"{exclusion.pk}.{steps[exclusion.pk].action}"),
                payload={"exclusion": str(exclusion.pk), "by": str(actor.person)},
                request_id=actor.request_id,
            )


@effect(
    TELL_OF_EXCLUSION, inside=True, label=gettext_lazy("Telling who asked that the expert is kept out"), about="request"
)
def tell_of_exclusion(job: Job) -> None:
    """Notify the requester, or whoever looks after their work, of how it is now; not who did it."""
    request = ConsultRequest.objects.select_related("requester", "expert").get(pk=job.subject)
    exclusion = Exclusion.objects.get(pk=str(job.payload["exclusion"]))
    if request.expert is None or request.expert.user_id != exclusion.person_id:
        return  # another answers it meanwhile
    is_kept_out = exclusion.status == Status.STANDING
    people = who_is_told(request.requester) - branches.denied_people(request.case_id)
    for person in sorted(people):
        if str(person) != job.payload["by"]:
            notify(
                recipient=person,
                kind=EXPERT_KEPT_OUT if is_kept_out else GOES_ON,
                subject=request.pk,
                occasion=f"{exclusion.pk}.{exclusion.version}",
                number=request.number,
                urgent=is_kept_out,
            )
