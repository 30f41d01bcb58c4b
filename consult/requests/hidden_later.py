"""Tells who asked under a pseudonym that a correction of the patient hides words of theirs from the expert.

What is read under a pseudonym is looked through by what is known of the patient today (views_of), so a word that was
sent as it stands turns into `[…]` when it becomes the patient's name or number. Whoever wrote it would not notice.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.former import known_now_and_before
from cases.states import CASE, PATIENT
from consult.requests.asking_side import who_hears
from consult.requests.identity_check import hidden_words
from consult.requests.models import ConsultRequest
from consult.requests.queries import URGENT
from consult.requests.states import OPEN
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.jobs.queue import dedupe_key, enqueue
from core.workflow.hooks import Transition
from notifications.actions.notify import notify
from notifications.hooks import subject

TELL_OF_HIDDEN_WORDS = "requests.tell_of_hidden_words"


def _page(request_id: UUID) -> str:
    return reverse("requests:detail", args=[request_id])


WORDS_HIDDEN = subject(
    "request.words_hidden",
    _(
        "Patient or case was corrected. In request %(number)s, which is under a pseudonym, the expert now reads […] in "
        "place of words of yours. See which, and say it without them."
    ),
    _page,
    label=_("Words hidden from the expert after a correction"),
)


def note_corrections(transitions: Sequence[Transition]) -> None:
    """The after_transition listener: a job for each request that runs under a pseudonym and of which the correction
    hides more. What is corrected is written before its step is traced."""
    corrected = [each for each in transitions if each.action == "correct"]
    cases = {each.noun_id for each in corrected if each.noun == CASE.noun}
    patients = {each.noun_id for each in corrected if each.noun == PATIENT.noun}
    if not cases and not patients:
        return
    concerned = Q(case__in=cases) | Q(case__patient__in=patients)
    running = ConsultRequest.objects.filter(concerned, status__in=OPEN, is_pseudonymised=True)
    for request in running.select_related("case__patient", "case__organisation").order_by("pk"):
        now, before = (
            [(flag.text, flag.words) for flag in hidden_words(request, known)]
            for known in known_now_and_before(request.case)
        )
        if now != before:
            occasion = f"{request.case.identity_version}.{request.case.patient.version}"
            enqueue(
                TELL_OF_HIDDEN_WORDS,
                subject=request.pk,
                key=dedupe_key(TELL_OF_HIDDEN_WORDS, request.pk, occasion=occasion),
                request_id=transitions[0].actor.request_id,
            )


@effect(TELL_OF_HIDDEN_WORDS, inside=True, label=_("Telling of words that a correction hides"), about="request")
def tell_of_hidden_words(job: Job) -> None:
    """Notify the side that asked while somebody answers; also of their own correction, for it does not say this."""
    request = ConsultRequest.objects.select_related("requester").get(pk=job.subject)
    if request.status not in OPEN:
        return
    for person in sorted(who_hears(request)):
        notify(
            recipient=person,
            kind=WORDS_HIDDEN,
            subject=request.pk,
            occasion=job.dedupe_key.split(":")[-1],
            number=request.number,
            urgent=request.priority in URGENT,
        )
