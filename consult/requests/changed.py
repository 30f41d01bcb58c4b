"""Tells both sides that what a request was about has been changed after it was sent, also after the signature.

The case's room knows no requests: this listens to its steps. Whether anything of a request is really different is
asked once the step has been committed, because a step is traced before all of it is written.
"""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import for_member
from cases.access.view import case_view
from cases.states import CASE, PATIENT
from consult.requests.models import ConsultRequest
from consult.requests.policy import with_people
from consult.requests.since_sent import since_sent
from consult.requests.states import OPEN, SIGNED
from consult.requests.told import page, tell
from core.actor import Door
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.jobs.queue import dedupe_key, enqueue
from core.workflow.hooks import Transition
from notifications.hooks import subject
from notifications.models import Notification

TELL_OF_CHANGE = "requests.tell_of_change"
STEPS = frozenset({"correct", "correct_material", "edit"})  # of a case, and the first of a patient's record

FOR_REQUESTER = subject(
    "request.changed_for_requester",
    _("%(person)s has changed patient or case of request %(number)s after it was sent. Confirm or withdraw it."),
    page,
    label=_("Patient or case changed: to confirm"),
)
FOR_EXPERT = subject(
    "request.changed_for_expert",
    _("%(person)s has changed patient or case of request %(number)s after it was sent. See what is different."),
    page,
    label=_("Patient or case changed"),
)
AFTER_SIGNATURE = subject(
    "request.changed_after_signature",
    _(
        "%(person)s has put the case of request %(number)s under another patient or number. "
        "The signed opinion names what was sent."
    ),
    page,
    label=_("Another patient or number after the signature"),
)

PUT_BACK = subject(
    "request.changed_back",
    _(
        "%(person)s has put the case of request %(number)s back under the patient and number that were sent. "
        "The signed opinion names them."
    ),
    page,
    label=_("Patient and number as they were sent again"),
)


def note_changes(transitions: Sequence[Transition]) -> None:
    """The after_transition listener: a job for each request that runs, of a case or patient that was written to.

    Of those that are signed only a case that was corrected counts: it has another patient or another number.
    """
    steps = [each for each in transitions if each.action in STEPS]
    cases = {each.noun_id for each in steps if each.noun == CASE.noun}
    corrected = {each.noun_id for each in steps if each.noun == CASE.noun and each.action == "correct"}
    patients = {each.noun_id for each in steps if each.noun == PATIENT.noun}
    if not cases and not patients:
        return
    running = Q(case__in=cases) | Q(case__patient__in=patients)
    concerned = Q(running, status__in=OPEN) | Q(case__in=corrected, status__in=SIGNED)
    actor = transitions[0].actor
    for request in ConsultRequest.objects.filter(concerned).select_related("case__patient"):
        enqueue(
            TELL_OF_CHANGE,
            subject=request.pk,
            key=dedupe_key(TELL_OF_CHANGE, request.pk, f"{request.case.version}.{request.case.patient.version}"),
            payload={"membership": str(actor.acting())},
            request_id=actor.request_id,
        )


@effect(TELL_OF_CHANGE, inside=True, label=_("Telling of a changed patient or case"), about="request")
def tell_of_change(job: Job) -> None:
    """Notify requester and expert, but not who made the change; once for each state of patient and case."""
    actor = for_member(UUID(str(job.payload["membership"])), Door.JOB)
    request = with_people(ConsultRequest.objects.filter(pk=job.subject)).get()
    case = request.case
    for_requester, for_expert = FOR_REQUESTER, FOR_EXPERT
    if not since_sent(request, case_view(actor, case)):
        if not _believed_changed(request):
            return
        for_requester = for_expert = PUT_BACK
    elif request.status not in OPEN:
        for_requester = for_expert = AFTER_SIGNATURE
    kinds = {request.requester_id: for_requester}
    if request.expert_id:
        kinds[request.expert_id] = for_expert
    history = hashlib.sha256(case.history.encode()).hexdigest()[:12]
    tell(request, actor, kinds, occasion=f"{case.identity_version}.{case.patient.version}.{history}")


def _believed_changed(request: ConsultRequest) -> bool:
    """Whether the last that was told, after the signature, is that the case is under another patient or number."""
    people = [side.user_id for side in (request.requester, request.expert) if side]
    told = Notification.objects.filter(recipient__in=people, subject=request.pk, kind__in=[AFTER_SIGNATURE, PUT_BACK])
    return told.order_by("-created_at", "-pk").values_list("kind", flat=True).first() == AFTER_SIGNATURE
