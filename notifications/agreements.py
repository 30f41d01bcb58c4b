"""Tells the administrators of both organisations what happened to an agreement between them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.agreements import below
from accounts.models import Agreement, Membership, Organisation
from accounts.roles import ADMINISTER
from accounts.states import AGREEMENT, TELL_PARTIES
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.workflow.models import TimelineEntry
from notifications.actions.notify import notify
from notifications.hooks import subject

_labels = {action: rule.label for (_status, action), rule in AGREEMENT.table.items()}
for _action, _sentence, _acts in (
    ("propose", _("%(person)s proposes an agreement with your organisation."), True),
    ("confirm", _("%(person)s has confirmed an agreement with your organisation."), False),
    ("decline", _("%(person)s has declined an agreement with your organisation."), False),
    ("withdraw", _("%(person)s has withdrawn a proposed agreement with your organisation."), False),
    ("end", _("%(person)s has given notice of an agreement with your organisation."), True),
):
    subject(
        f"agreement.{_action}",
        _sentence,
        lambda key: reverse("accounts:agreement", args=[key]),
        needs_action=_acts,
        label=_labels[_action],
    )


@effect(TELL_PARTIES, inside=True, label=_("Telling the parties to an agreement"), about="agreement")
def tell_parties(job: Job) -> None:
    """Notify the administrators of both sides, and of the organisations below them, whom it concerns as much.

    The job's key ends with the agreement's version, which names the timeline row of the step.
    """
    agreement = Agreement.objects.get(pk=job.subject)
    version = int(job.dedupe_key.split(":")[2])
    step = TimelineEntry.objects.get(noun=AGREEMENT.noun, noun_id=agreement.pk, facts__version=version)
    parties = {agreement.asking_id, agreement.answering_id}
    concerned = Organisation.objects.filter(below(parties))
    administrators = Membership.objects.active().filter(role__in=ADMINISTER, organisation__in=concerned)
    for recipient in set(administrators.values_list("user", flat=True)) - {step.person}:
        notify(
            recipient=recipient,
            kind=f"agreement.{step.action}",
            subject=agreement.pk,
            occasion=str(version),
            person_name=step.person_name,
        )
