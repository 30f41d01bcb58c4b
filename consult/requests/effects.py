"""Who is told of a request's steps: the expert of the requester's, the requester of the expert's."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.standing_in import who_is_told
from cases.access import branches
from consult.requests.asking_side import who_hears
from consult.requests.models import ConsultRequest
from consult.requests.queries import URGENT
from consult.requests.states import (
    OPENED_BY_NAME,
    REMIND_TO_CLOSE,
    REQUEST,
    TELL_COLLEAGUES,
    TELL_EXPERT,
    TELL_FORMER,
    TELL_REQUESTER,
    Status,
)
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.workflow.models import TimelineEntry
from notifications.actions.notify import notify
from notifications.hooks import subject


def _page(request_id: UUID) -> str:
    return reverse("requests:detail", args=[request_id])


_labels = {f"{REQUEST.noun}.{_action}": _rule.label for (_status, _action), _rule in REQUEST.table.items()}
for _kind, _sentence, _acts in (
    ("request.send", _("%(person)s asks for your opinion: request %(number)s."), True),
    ("request.accept", _("%(person)s has accepted request %(number)s."), False),
    ("request.decline", _("%(person)s has declined request %(number)s. Ask somebody else."), True),
    ("request.ask", _("%(person)s needs information for request %(number)s."), True),
    ("request.reply", _("%(person)s has given the information for request %(number)s."), True),
    ("request.add_slides", _("%(person)s has added slides to request %(number)s."), True),
    ("request.confirm_identity", _("%(person)s has confirmed request %(number)s as patient and case are now."), True),
    ("request.answer", _("%(person)s has signed the opinion on request %(number)s."), True),
    ("request.withdraw", _("%(person)s has withdrawn request %(number)s."), False),
    ("request.take_over", _("%(person)s stands in, and has taken over request %(number)s."), False),
    ("request.hand_over", _("Request %(number)s goes to the deputy: the expert takes no more consultations."), True),
    (
        "request.expert_left",
        _("The expert of request %(number)s takes no more consultations. Ask somebody else."),
        True,
    ),
    (
        "request.open_by_name",
        _("%(person)s, who reads request %(number)s under a pseudonym, has opened this case by name in an emergency."),
        True,
    ),
    ("request.acknowledge", _("%(person)s has read your opinion on request %(number)s."), False),
    ("request.close", _("%(person)s has closed request %(number)s."), False),
):
    subject(_kind, _sentence, _page, needs_action=_acts, label=_labels[_kind])


NEVER_SENT = subject(
    "request.requester_left",
    _("Who was about to ask for an opinion on this case no longer can, and sent nothing. Ask, if one is still needed."),
    lambda case_id: reverse("cases:detail", args=[case_id]),
    label=_labels["request.requester_left"],
)
STILL_OPEN = subject(
    "request.still_open",
    _(
        "The opinion on request %(number)s was signed 30 days ago. Say what became of it and close the request: until "
        "then its slides can stay open to the expert."
    ),
    _page,
    label=_("Request to close"),
)


@effect(TELL_EXPERT, inside=True, label=_("Telling the expert"), about="request")
def tell_expert(job: Job) -> None:
    """Notify the expert of the step that made this job, and while the expert is away whoever stands in."""
    request = ConsultRequest.objects.select_related("expert").get(pk=job.subject)
    if request.expert is not None:
        _tell(job, request, who_is_told(request.expert) - branches.denied_people(request.case_id))


@effect(TELL_REQUESTER, inside=True, label=_("Telling the requester"), about="request")
def tell_requester(job: Job) -> None:
    """Notify the requester, or whoever goes on in the requester's place."""
    request = ConsultRequest.objects.select_related("requester").get(pk=job.subject)
    _tell(job, request, who_hears(request))


@effect(TELL_COLLEAGUES, inside=True, label=_("Telling the colleagues of a draft"), about="request")
def tell_colleagues(job: Job) -> None:
    """Notify whoever goes on for somebody who has left or is kept out: of the case, for the draft is gone."""
    request = ConsultRequest.objects.select_related("requester").get(pk=job.subject)
    for recipient in who_hears(request):
        notify(recipient=recipient, kind=NEVER_SENT, subject=request.case_id, occasion=request.number)


@effect(TELL_FORMER, inside=True, label=_("Telling the former expert"), about="request")
def tell_former(job: Job) -> None:
    """Notify whose place the deputy has taken."""
    request = ConsultRequest.objects.get(pk=job.subject)
    step = _step(job, request)
    before = Membership.objects.active().filter(pk=step.facts.get("from")).first() if step else None
    if before is not None:
        _tell(job, request, {before.user_id} - branches.denied_people(request.case_id))


@effect(REMIND_TO_CLOSE, inside=True, label=_("Reminding to close a request"), about="request")
def remind_to_close(job: Job) -> None:
    """Tell the side that asked, once, while the request that was answered is not closed."""
    request = ConsultRequest.objects.select_related("requester").get(pk=job.subject)
    if request.status in {Status.ANSWERED, Status.ACKNOWLEDGED}:
        for recipient in who_hears(request):
            notify(recipient=recipient, kind=STILL_OPEN, subject=request.pk, occasion="", number=request.number)


def _step(job: Job, request: ConsultRequest) -> TimelineEntry | None:
    """The job's key ends with the request's version, which names the timeline row of the step."""
    version = job.dedupe_key.split(":")[2]
    steps = TimelineEntry.objects.filter(noun="request", noun_id=request.pk).order_by("at", "id")
    return steps.filter(facts__version=int(version)).first() or steps.last()


def _tell(job: Job, request: ConsultRequest, recipients: Collection[UUID]) -> None:
    step = _step(job, request)
    if step is None:
        return
    # Who opens the case by name reads too that it is on the record: it is no step of their own in the request.
    own = {step.person} if step.action != OPENED_BY_NAME else set()
    for recipient in set(recipients) - own:
        notify(
            recipient=recipient,
            kind=f"request.{step.action}",
            subject=request.pk,
            occasion=job.dedupe_key.split(":")[2],
            number=request.number,
            person_name=step.person_name,
            urgent=request.priority in URGENT,
        )
