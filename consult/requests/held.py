"""Tells who asked that sharing the case of a request has stopped, or goes on: by its legal basis, or an objection.

The expert hears from the rooms below that sharing has ended, and not why; who asked may know what is recorded.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.access import branches
from cases.basis.models import LegalFact, Outcome, SharingDecision
from cases.basis.states import FACT
from cases.objections.models import Objection
from cases.objections.states import OBJECTION
from consult.requests.asking_side import who_hears
from consult.requests.models import ConsultRequest
from consult.requests.policy import opens_case
from consult.requests.shares import SHARE
from consult.requests.states import SHARED
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.jobs.queue import dedupe_key, enqueue
from core.workflow.hooks import Transition
from notifications.actions.notify import notify
from notifications.hooks import subject

TELL_OF_HOLD = "requests.tell_of_hold"
TELL_OF_OBJECTION = "requests.tell_of_objection"


def _page(request_id: UUID) -> str:
    return reverse("requests:detail", args=[request_id])


HELD = subject(
    "request.held",
    _("Sharing the case of request %(number)s has stopped: the expert cannot open it now. See its legal basis."),
    _page,
    label=_("Sharing stopped by the legal basis"),
)
GOES_ON = subject(
    "request.goes_on",
    _("Sharing the case of request %(number)s goes on: the expert can open it again."),
    _page,
    needs_action=False,
    label=_("Sharing goes on"),
)


def note_holds(transitions: Sequence[Transition]) -> None:
    """The after_transition listener: a job for each running request that a record of the legal basis may concern."""
    _note_objections(transitions)
    facts = {each.noun_id for each in transitions if each.noun == FACT.noun}
    actor = transitions[0].actor
    for fact in LegalFact.objects.filter(pk__in=facts):
        concerned = Q(case=fact.case_id) if fact.case_id else Q(case__patient=fact.patient_id)
        for request in ConsultRequest.objects.filter(concerned, status__in=SHARED).order_by("pk"):
            enqueue(
                TELL_OF_HOLD,
                subject=request.pk,
                key=dedupe_key(TELL_OF_HOLD, request.pk, occasion=f"{fact.pk}.{fact.version}"),
                payload={"fact": str(fact.pk), "by": str(actor.person)},
                request_id=actor.request_id,
            )


def _note_objections(transitions: Sequence[Transition]) -> None:
    for each in transitions:
        if each.noun == OBJECTION.noun:
            for request in ConsultRequest.objects.filter(case=each.case, status__in=SHARED).order_by("pk"):
                enqueue(
                    TELL_OF_OBJECTION,
                    subject=request.pk,
                    key=dedupe_key(TELL_OF_OBJECTION, request.pk, occasion=f"{each.noun_id}.{each.action}"),
                    payload={"objection": str(each.noun_id), "by": str(each.actor.person)},
                    request_id=each.actor.request_id,
                )


@effect(TELL_OF_OBJECTION, inside=True, label=_("Telling who asked of an objection, or of its end"), about="request")
def tell_of_objection(job: Job) -> None:
    """Notify the side that asked that the case is closed to the expert now, or open again."""
    request = ConsultRequest.objects.select_related("requester", "expert").get(pk=job.subject)
    objection = Objection.objects.get(pk=str(job.payload["objection"]))
    is_held = objection.lifted_at is None
    if is_held != opens_to_expert(request):
        _tell(request, job, is_held=is_held, occasion=f"{objection.pk}.{objection.version}")


def opens_to_expert(request: ConsultRequest) -> bool:
    """Whether sharing goes on: nothing holds it, and the expert is not kept out of the case. Two queries at most."""
    if request.expert is None or not opens_case(request.pk):
        return False
    return request.expert.user_id not in branches.denied_people(request.case_id)


def _tell(request: ConsultRequest, job: Job, *, is_held: bool, occasion: str) -> None:
    """Each who hears for the side that asked, but not of their own act."""
    for person in sorted(who_hears(request)):
        if str(person) != job.payload["by"]:
            notify(
                recipient=person,
                kind=HELD if is_held else GOES_ON,
                subject=request.pk,
                occasion=occasion,
                number=request.number,
                urgent=is_held,
            )


@effect(TELL_OF_HOLD, inside=True, label=_("Telling of sharing that stopped or goes on"), about="request")
def tell_of_hold(job: Job) -> None:
    """Notify the side that asked of the last decision that the record has led to; nobody where it changed nothing."""
    made = SharingDecision.objects.filter(source_kind=SHARE, source_id=job.subject)
    last = made.filter(grounds__contains=[{"fact": str(job.payload["fact"])}]).exclude(outcome=Outcome.ALLOWED).first()
    if last is None:
        return
    request = ConsultRequest.objects.select_related("requester", "expert").get(pk=job.subject)
    is_held = last.outcome == Outcome.HELD
    if is_held or opens_to_expert(request):
        _tell(request, job, is_held=is_held, occasion=str(last.pk))
