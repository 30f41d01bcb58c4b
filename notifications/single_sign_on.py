"""Tells administrators and privacy officers what becomes of their single sign-on, and who joins by it."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.told_of_sign_in import CHANGED, JOINED, REMOVED, SET_UP, TELL, concerned
from core.jobs.hooks import effect
from core.jobs.models import Job
from notifications.actions.notify import notify
from notifications.hooks import subject

for _step, _sentence, _label, _acts in (
    (
        SET_UP,
        _("%(person)s has set up single sign-on. Whom its identity provider names comes in."),
        _("Single sign-on set up"),
        False,
    ),
    (
        CHANGED,
        _("%(person)s has changed single sign-on. Look whether that was meant."),
        _("Single sign-on changed"),
        False,
    ),
    (
        REMOVED,
        _("%(person)s has removed single sign-on. Look who had no other way in."),
        _("Single sign-on removed"),
        True,
    ),
    (
        JOINED,
        _("%(person)s came in by single sign-on for the first time and is a member now. Look whether the role fits."),
        _("New member by single sign-on"),
        True,
    ),
):
    subject(
        f"sign_in.{_step}",
        _sentence,
        lambda key: reverse("accounts:single_sign_on"),
        needs_action=_acts,
        label=_label,
    )


@effect(TELL, inside=True, label=_("Telling of single sign-on"), about="organisation")
def tell(job: Job) -> None:
    """Notify everybody concerned but the one who did it, or joined."""
    step, who = str(job.payload["step"]), UUID(str(job.payload["person"]))
    person = User.objects.get(pk=who)
    for recipient in concerned(job.subject) - {who}:
        notify(
            recipient=recipient,
            kind=f"sign_in.{step}",
            subject=job.subject,
            occasion=job.pk.hex,
            number="",
            person_name=person.printed_name,
        )
