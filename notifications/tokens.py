"""Tells administrators and privacy officers of a laboratory what becomes of its machines' tokens."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import MachineToken
from accounts.told_of_tokens import ENDS, MADE, TELL, TOKEN_ENDS, WITHDRAWN, concerned
from core.jobs.hooks import effect
from core.jobs.models import Job
from notifications.actions.notify import notify
from notifications.hooks import subject

for _step, _sentence, _label, _acts in (
    (
        MADE,
        _("%(person)s has made the token %(number)s for a machine. It opens data of your laboratory."),
        _("Token for a machine made"),
        False,
    ),
    (WITHDRAWN, _("%(person)s has withdrawn the token %(number)s of a machine."), _("Token withdrawn"), False),
    (
        ENDS,
        _("The token %(number)s of a machine ends in 14 days. Make a new one in time if the machine stays."),
        _("Token about to end"),
        True,
    ),
):
    subject(
        f"token.{_step}",
        _sentence,
        lambda key: reverse("accounts:token", args=[key]),
        needs_action=_acts,
        label=_label,
    )


@effect(TELL, inside=True, label=_("Telling of a machine's token"), about="token")
def tell(job: Job) -> None:
    """Notify everybody concerned but who did it."""
    token = MachineToken.objects.select_related("created_by", "withdrawn_by").get(pk=job.subject)
    step = str(job.payload["step"])
    by = token.withdrawn_by if step == WITHDRAWN else token.created_by
    _notify(token, step, by.printed_name if by else "", concerned(token) - {by.pk if by else None})


@effect(TOKEN_ENDS, inside=True, label=_("Telling that a machine's token ends"), about="token")
def tell_of_end(job: Job) -> None:
    """Notify everybody concerned, unless it was withdrawn."""
    token = MachineToken.objects.get(pk=job.subject)
    if token.withdrawn_at is None:
        _notify(token, ENDS, "", concerned(token))


def _notify(token: MachineToken, step: str, person_name: str, recipients: set[UUID]) -> None:
    for recipient in recipients:
        notify(
            recipient=recipient,
            kind=f"token.{step}",
            subject=token.pk,
            occasion="",
            number=f"cns_{token.prefix}",
            person_name=person_name,
        )
