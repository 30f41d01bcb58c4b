"""Tells both sides that an image which they may have relied on was taken off a slide of a request.

The slides' room knows no requests: this listens to its steps.
"""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.actors import for_member
from consult.requests.models import ConsultRequest
from consult.requests.states import OPEN, SIGNED
from consult.requests.told import page, tell
from core.actor import Door
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.jobs.queue import dedupe_key, enqueue
from core.workflow.hooks import Transition
from notifications.hooks import subject
from slides.models import SlideImage
from slides.states import IMAGE

TELL_OF_IMAGE = "requests.tell_of_image"

WHILE_OPEN = subject(
    "request.image_taken_off",
    _("%(person)s has taken the image off a slide of request %(number)s. What was seen there may be another slide."),
    page,
    label=_("Image taken off a slide"),
)
AFTER_SIGNATURE = subject(
    "request.image_taken_off_after_signature",
    _(
        "%(person)s has taken the image off a slide of request %(number)s after the opinion was signed. "
        "Check whether the opinion still holds."
    ),
    page,
    label=_("Image taken off a slide after the signature"),
)


def note_images(transitions: Sequence[Transition]) -> None:
    """The after_transition listener: a job for each sent request that shares a slide whose image was taken off.

    An image that was never ready was seen by nobody, and nobody hears of it.
    """
    taken = {each.noun_id for each in transitions if each.noun == IMAGE.noun and each.action == "take_off"}
    if not taken:
        return
    actor = transitions[0].actor
    for image in SlideImage.objects.filter(pk__in=taken).exclude(sha256=""):
        concerned = ConsultRequest.objects.filter(slides__slide=image.taken_from_id, status__in=(*OPEN, *SIGNED))
        for request in concerned:
            enqueue(
                TELL_OF_IMAGE,
                subject=request.pk,
                key=dedupe_key(TELL_OF_IMAGE, request.pk, occasion=str(image.pk)),
                payload={"membership": str(actor.acting()), "image": str(image.pk)},
                request_id=actor.request_id,
            )


@effect(TELL_OF_IMAGE, inside=True, label=_("Telling of an image taken off"), about="request")
def tell_of_image(job: Job) -> None:
    """Notify requester and expert, but not who took it off; once for each image."""
    request = ConsultRequest.objects.get(pk=job.subject)
    if request.status not in (*OPEN, *SIGNED):
        return
    kind = WHILE_OPEN if request.status in OPEN else AFTER_SIGNATURE
    people = [member for member in (request.requester_id, request.expert_id) if member]
    actor = for_member(UUID(str(job.payload["membership"])), Door.JOB)
    tell(request, actor, dict.fromkeys(people, kind), occasion=str(job.payload["image"]))
