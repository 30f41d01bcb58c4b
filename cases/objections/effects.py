"""Tells readers that a case is no longer, or once more, shared with them: only that, never why."""

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


def _inbox(_objection: UUID) -> str:
    """The address of the case would say what was lifted."""
    return reverse("notifications:list")


SHARING_ENDED = subject(
    "objection.object",
    _("A laboratory no longer shares a case with you. Ask the laboratory that shared it with you."),
    _page,
    label=_("A case is no longer shared"),
)
SHARED_AGAIN = subject(
    "objection.lift",
    _("A laboratory shares a case with you again. You find it where you left it."),
    _inbox,
    needs_action=False,
    label=_("A case is shared again"),
)


@effect(TELL_READERS, inside=True, label=_("Telling readers that sharing has ended or goes on"), about="objection")
def tell_readers(job: Job) -> None:
    """Notify each of them."""
    for name, kind in (("lost", SHARING_ENDED), ("again", SHARED_AGAIN)):
        people = job.payload.get(name, [])
        for person in people if isinstance(people, list) else []:
            is_lost = kind == SHARING_ENDED
            notify(recipient=UUID(str(person)), kind=kind, subject=job.subject, occasion="1", urgent=is_lost)
