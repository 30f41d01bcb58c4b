"""Save a draft, as often as its requester pauses."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.policy import experts
from cases.access.lock import Seen
from cases.models import Slide
from consult.requests.actions.lock import lock_request
from consult.requests.models import ConsultRequest, RequestSlide
from consult.requests.outside.policy import confirmed_for
from consult.requests.policy import parties
from consult.requests.states import REQUEST
from core import clock, terms
from core.actor import Actor
from core.errors import Invalid
from core.workflow.engine import perform


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds. None leaves a field as it was; a draft may be incomplete."""

    question: str | None = None
    working_diagnosis: str | None = None
    priority: str | None = None
    urgency_reason: str | None = None
    shares_first_report: bool | None = None
    is_pseudonymised: bool | None = None
    expert: UUID | None = None
    clears_expert: bool = False
    slides: Collection[UUID] | None = None


TEXTS = ("question", "working_diagnosis", "priority", "urgency_reason", "shares_first_report", "is_pseudonymised")


def edit(*, actor: Actor, request_id: UUID, version: int, seen: Seen | None, draft: Draft) -> ConsultRequest:
    """Store what was typed so far.

    Raises Conflict when another window saved in between or the case is no longer the one on the screen, Invalid for
    a slide of another case (the same answer as for one that does not exist), an unknown priority or expert.
    """
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        expert = _expert(actor, draft, request.case_id)
        _check(request, draft)
        changed = ["saved_at", "case_version", "patient_version"]
        for name in TEXTS:
            value = getattr(draft, name)
            if value is not None:
                setattr(request, name, value.strip() if isinstance(value, str) else value)
                changed.append(name)
        if draft.expert or draft.clears_expert:
            request.expert = expert
            changed.append("expert")
        request.saved_at = clock.now()
        request.case_version = request.case.identity_version
        request.patient_version = request.case.patient.version
        perform(
            REQUEST,
            request,
            "edit",
            actor=actor,
            parties=parties(actor, request),
            case=request.case_id,
            changed=changed,
        )
        if draft.slides is not None:
            _choose_slides(request, draft.slides)
    return request


def _expert(actor: Actor, draft: Draft, case_id: UUID) -> Membership | None:
    if draft.expert is None:
        return None
    found = experts(actor).filter(pk=draft.expert).first() or confirmed_for(case_id).filter(pk=draft.expert).first()
    if found is None:
        raise Invalid(_("The draft was not saved."), fields={"expert": _("Choose one of the experts listed.")})
    return found


def _check(request: ConsultRequest, draft: Draft) -> None:
    problems = {}
    for name in ("question", "working_diagnosis", "urgency_reason"):
        longest = getattr(ConsultRequest._meta.get_field(name), "max_length", 0)
        if len(getattr(draft, name) or "") > longest:
            problems[name] = _("This is too long: at most %(longest)s characters.") % {"longest": longest}
    if draft.priority is not None and draft.priority not in terms.codes("priorities"):
        problems["priority"] = _("Choose one of the priorities.")
    if draft.slides is not None:
        own = set(Slide.objects.filter(case=request.case_id, pk__in=draft.slides).values_list("pk", flat=True))
        if own != set(draft.slides):
            problems["slides"] = _("Choose slides of this case.")
    if problems:
        raise Invalid(_("The draft was not saved."), fields=problems)


def _choose_slides(request: ConsultRequest, wanted: Collection[UUID]) -> None:
    have = set(request.slides.values_list("slide_id", flat=True))
    request.slides.filter(slide_id__in=have - set(wanted)).delete()
    RequestSlide.objects.bulk_create([RequestSlide(request=request, slide_id=s) for s in set(wanted) - have])
