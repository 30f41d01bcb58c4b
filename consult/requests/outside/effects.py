"""Who is told about outside experts: who can confirm a proposal, the proposer of everything else. And nobody is let
in for a draft that was discarded, or beside a membership of a laboratory here."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.standing_in import who_is_told
from cases.access import branches
from consult.requests.models import OutsideExpert
from consult.requests.outside import policy
from consult.requests.outside.actions import withdraw_member, withdraw_with_draft
from consult.requests.outside.states import OUTSIDE, TAKE_MEMBER_BACK, TELL_ADMINISTRATORS, TELL_PROPOSER
from consult.requests.states import TAKE_OUTSIDE_BACK
from core.actor import Door, system
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.workflow.models import TimelineEntry
from notifications.actions.notify import notify
from notifications.hooks import subject


def _page(key: UUID) -> str:
    return reverse("requests:outside_expert", args=[key])


_labels = {action: rule.label for (_status, action), rule in OUTSIDE.table.items()}
for _action, _sentence, _acts in (
    ("propose", _("%(person)s proposes an outside expert for request %(number)s. Confirm who it is."), True),
    (
        "confirm",
        _("%(person)s has confirmed the outside expert for request %(number)s."),
        False,
    ),
    ("refuse", _("%(person)s has not confirmed the outside expert for request %(number)s."), True),
    ("withdraw", _("%(person)s has withdrawn the outside expert for request %(number)s. Ask somebody else."), True),
    (
        "join_elsewhere",
        _(
            "The outside expert for request %(number)s is a member of a laboratory here now. Ask for an agreement with"
            " it, or ask somebody else."
        ),
        True,
    ),
    ("join", _("The outside expert for request %(number)s has joined. You can send the request."), True),
):
    subject(f"outside_expert.{_action}", _sentence, _page, needs_action=_acts, label=_labels[_action])
subject(
    "outside_expert.nobody_confirms",
    _("Nobody can confirm the outside expert for request %(number)s. It takes another administrator."),
    _page,
    needs_action=True,
    label=_("Nobody can confirm an outside expert"),
)


@effect(
    TELL_ADMINISTRATORS, inside=True, label=_("Telling the administrators of an outside expert"), about="outside_expert"
)
def tell_administrators(job: Job) -> None:
    """Notify those of the laboratory that owns the case who can confirm it; where there are none, the proposer."""
    expert = OutsideExpert.objects.select_related("request", "proposed_by").get(pk=job.subject)
    people = set(policy.confirmers(expert).values_list("user", flat=True))
    if people:
        _tell(job, expert, people)
    else:
        notify(
            recipient=expert.proposed_by.user_id,
            kind="outside_expert.nobody_confirms",
            subject=expert.pk,
            occasion=str(expert.version),
            number=expert.request.number,
        )


@effect(TELL_PROPOSER, inside=True, label=_("Telling who proposed an outside expert"), about="outside_expert")
def tell_proposer(job: Job) -> None:
    """Notify who proposed, or whoever looks after their work; nobody who is kept out of the case."""
    expert = OutsideExpert.objects.select_related("request", "proposed_by").get(pk=job.subject)
    _tell(job, expert, who_is_told(expert.proposed_by) - branches.denied_people(expert.request.case_id))


@effect(
    TAKE_OUTSIDE_BACK, inside=True, label=_("Taking an outside expert back whose draft was discarded"), about="request"
)
def take_back(job: Job) -> None:
    """In a transaction of its own: discarding has locked the case, and an invitation is locked before it."""
    withdraw_with_draft(actor=system("requests", Door.JOB), request_id=job.subject)


@effect(
    TAKE_MEMBER_BACK,
    inside=True,
    label=_("Taking an outside expert back who is a member here"),
    about="outside_expert",
)
def take_member_back(job: Job) -> None:
    """In a transaction of its own, for the same reason."""
    withdraw_member(actor=system("requests", Door.JOB), expert_id=job.subject)


def _tell(job: Job, expert: OutsideExpert, people: set[UUID]) -> None:
    version = int(job.dedupe_key.split(":")[2])
    step = TimelineEntry.objects.get(noun=OUTSIDE.noun, noun_id=expert.pk, facts__version=version)
    for person in people - {step.person}:
        notify(
            recipient=person,
            kind=f"outside_expert.{step.action}",
            subject=expert.pk,
            occasion=str(version),
            number=expert.request.number,
            person_name=step.person_name,
        )
