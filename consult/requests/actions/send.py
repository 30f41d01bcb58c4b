"""Send a request: from here on the expert sees the case and the named slides."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actors import actor_for
from accounts.agreements import Basis, basis
from accounts.models import Membership
from accounts.models.agreement import Identity, Work
from accounts.roles import Role
from cases.access.branches import VIEW_IDENTITY, anybodys_standing
from cases.access.lock import Seen
from cases.access.queries import visible_cases
from cases.access.sharing import must_be_shareable
from cases.access.view import case_view
from cases.basis.sending import Check, check, keep
from cases.hooks import holding
from consult.requests import first_report
from consult.requests.actions.lock import lock_request
from consult.requests.identity_check import flags
from consult.requests.models import ConsultRequest
from consult.requests.outside.policy import confirmed_for
from consult.requests.policy import parties
from consult.requests.record import TAKEN, take
from consult.requests.shares import DEPUTY, SHARE, as_sent_to, kind_of_sharing
from consult.requests.states import REQUEST, SHARED
from core import clock, terms
from core.actor import Actor, Door
from core.errors import Invalid
from core.workflow.engine import perform

WORKING_HOURS_A_DAY = 8


def send(
    *, actor: Actor, request_id: UUID, version: int, seen: Seen | None, texts_checked: bool = False
) -> ConsultRequest:
    """Check that the request is complete, keep what was sent, and tell the expert.

    Raises Invalid with every field that is missing, or under a pseudonym with `texts_checked` where a text seems to
    name the patient and nobody has said that it does not; and Conflict when the draft was last saved for another state
    of the patient or case than the one on the screen.
    """
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        REQUEST.rule(request.status, "send")
        at = clock.now()
        if request.expert is not None:
            must_be_shareable(as_sent_to(request, request.expert, at))
        under, legal = basis_of(request), legal_basis_of(request)
        if missing := missing_for_sending(request, under, legal):
            raise Invalid(_("The request is not complete."), fields=missing)
        view = case_view(actor, request.case)
        if not texts_checked and (flagged := flags(request, view)):
            words = "\n".join(each.sentence for each in flagged)
            raise Invalid(_("Some of this seems to say who the patient is."), fields={"texts_checked": words})
        request.agreement = under.agreement if under else None  # without one something was missing
        request.sent_at = at
        request.due_at = due_at(request.priority, at)
        request.first_report = first_report.newest(request.case_id)
        take(request, view)
        perform(
            REQUEST,
            request,
            "send",
            actor=actor,
            parties=parties(actor, request),
            case=request.case_id,
            patient=request.case.patient_id,
            changed=["sent_at", "due_at", "first_report", "agreement", *TAKEN],
            facts={
                "slides": request.slides.count(),
                "expert": str(request.expert_id),
                "agreement": str(request.agreement_id or ""),
                "legal_rule": legal.applied.name,
            },
        )
        keep(actor, request.case_id, SHARE, request.pk, legal)
    return request


def legal_basis_of(request: ConsultRequest) -> Check:
    """What the rule of the asking laboratory says about sharing the case with the chosen expert, or elsewhere."""
    return check(request.case, kind_of_sharing(request, request.expert))


def held_of(request: ConsultRequest) -> list[str]:
    """What speaks against sharing the case with the chosen expert now, in words: sending would be refused for it."""
    if request.expert is None:
        return []
    at = clock.now()
    held = holding(as_sent_to(request, request.expert, at), at)
    return [_("This case cannot be shared now: %(reason)s") % {"reason": str(each.words)} for each in held]


def basis_of(request: ConsultRequest) -> Basis | None:
    """Under what the chosen expert's laboratory may be asked about this case now; None where nothing allows it."""
    if request.expert is None:
        return None
    if request.expert.role == Role.OUTSIDE_EXPERT:
        may = confirmed_for(request.case_id).filter(pk=request.expert.pk).exists()
        return Basis(None, Identity.IDENTIFIED) if may else None
    return basis(
        request.asking_organisation_id,
        request.expert.organisation_id,
        work=Work.CONSULTATION,
        organ_system=request.case.organ_system,
    )


def missing_for_sending(request: ConsultRequest, under: Basis | None, legal: Check) -> dict[str, str]:
    """What still has to be given, by field; empty when the request can be sent `under` basis_of(request).

    `legal` is legal_basis_of(request): what it misses is recorded for the patient, not in the request.
    """
    missing = dict(legal.missing)
    if not request.question:
        missing["question"] = _("Write the question in one sentence.")
    if request.expert is None:
        missing["expert"] = _("Choose whom to ask.")
    elif not Membership.objects.active().filter(pk=request.expert.pk).exists():
        missing["expert"] = _("This expert cannot be asked any more. Choose somebody else.")
    elif under is None:
        words = _("Your laboratory has no agreement with %(lab)s for consultations in this subspecialty.")
        if request.expert.role == Role.OUTSIDE_EXPERT:
            words = _("This outside expert is not confirmed for this case: %(lab)s.")
        missing["expert"] = words % {"lab": request.expert.organisation.name}
    elif under.only_pseudonymised and not request.is_pseudonymised:
        words = _("The agreement with %(lab)s allows patients under a pseudonym only.")
        missing["is_pseudonymised"] = words % {"lab": request.expert.organisation.name}
    elif request.is_pseudonymised and _knows_patient(request.expert, request):
        words = _("%(name)s knows who this patient is. Send it under the name, or ask somebody else.")
        missing["expert"] = words % {"name": request.expert.user.printed_name}
    elif not request.is_pseudonymised and (other := _read_under_pseudonym(request.expert, request)):
        words = _("%(name)s reads this case under a pseudonym in %(number)s. This request would say who it is.")
        missing["expert"] = words % {"name": request.expert.user.printed_name, "number": other}
    if not request.slides.exists():
        missing["slides"] = _("Choose at least one slide.")
    if request.priority == "urgent" and not request.urgency_reason:
        missing["urgency_reason"] = _("Say why it is urgent.")
    return missing


def _knows_patient(expert: Membership, request: ConsultRequest) -> bool:
    """Whether the expert can see the patient's identity in this case now: as one of its laboratory, or by a share."""
    reader = actor_for(expert.user, expert, door=Door.JOB)
    return visible_cases(reader, VIEW_IDENTITY).filter(pk=request.case_id).exists()


def _read_under_pseudonym(expert: Membership, request: ConsultRequest) -> str:
    """The number of the request by which the expert reads this case under a pseudonym, asked or standing in for who
    was asked; '' for none."""
    running = ConsultRequest.objects.filter(case=request.case_id, status__in=SHARED, is_pseudonymised=True)
    standing_in = anybodys_standing().filter(user=expert.user_id, share__source_kind=DEPUTY)
    reads = Q(expert__user=expert.user_id) | Q(pk__in=standing_in.values("share__source_id"))
    return running.filter(reads).values_list("number", flat=True).first() or ""


def due_at(priority: str, sent: datetime) -> datetime:
    """When the answer is due: the priority's target hours, in real time.

    Targets in working hours count eight to a working day, Monday to Friday in UTC; calendars of laboratories and
    their holidays refine this where they are kept. Source: value set `priorities`, confirmed by each site.
    """
    facts = terms.item("priorities", priority).facts
    hours = float(facts["target_hours"])
    if facts["clock"] != "working":
        return sent + timedelta(hours=hours)
    moment, days = sent, hours / WORKING_HOURS_A_DAY
    while days > 0:
        moment += timedelta(days=1)
        if moment.weekday() < 5:
            days -= 1
    return moment
