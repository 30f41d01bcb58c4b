"""Tells those who lost access to a case because its patient objects: only that it has ended, never why."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.objections.states import TELL_READERS
from core.jobs.hooks import effect
from core.jobs.models import Job
from notifications.actions.notify import notify
from notifications.hooks import subject


def _page(_objection: UUID) -> str:
    """Why something cannot be seen, in general: the case is no longer theirs to open."""
    return reverse("cases:why_not")


SHARING_ENDED = subject(
    "objection.object",
    _("A laboratory no longer shares a case with you. Ask the laboratory that shared it with you."),
    _page,
    label=_("A case is no longer shared"),
)


@effect(TELL_READERS, inside=True, label=_("Telling readers that sharing has ended"), about="objection")
def tell_readers(job: Job) -> None:
    """Notify each of them."""
    people = job.payload["people"]
    for person in people if isinstance(people, list) else []:
        notify(recipient=UUID(str(person)), kind=SHARING_ENDED, subject=job.subject, occasion="1", urgent=True)
