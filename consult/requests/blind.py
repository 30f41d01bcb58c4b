"""Reading under a pseudonym: who cannot, because they know the patient, and what happens when a reader learns the name.

Nobody joins such a read who knows the patient (knowing.py). Emergency access stays possible for whoever reads already;
then it is on the record of the request, and both sides are told. A deputy stops standing in by it (shares.py).
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.standing_in import stood_in_for
from cases.access.branches import anybodys_standing
from cases.emergency.states import EMERGENCY
from consult.requests.knowing import cases_known_to
from consult.requests.models import ConsultRequest
from consult.requests.shares import DEPUTY
from consult.requests.states import OPENED_BY_NAME, REQUEST, SHARED, UNBLINDED
from core.errors import Invalid
from core.workflow.engine import perform
from core.workflow.hooks import Transition
from core.workflow.models import TimelineEntry


def knows_patient(reader: Membership, request: ConsultRequest) -> bool:
    """Whether the person knows whose case it is (cases_known_to)."""
    return request.case_id in cases_known_to(reader.user, [request.case_id])


def read_under_pseudonym(reader: Membership, request: ConsultRequest) -> str:
    """The number of another request by which the reader reads this case under a pseudonym, asked or standing in for who
    was asked; '' for none."""
    running = ConsultRequest.objects.filter(case=request.case_id, status__in=SHARED, is_pseudonymised=True)
    standing_in = anybodys_standing().filter(user=reader.user_id, share__source_kind=DEPUTY)
    reads = Q(expert__user=reader.user_id) | Q(pk__in=standing_in.values("share__source_id"))
    return running.exclude(pk=request.pk).filter(reads).values_list("number", flat=True).first() or ""


def may_read(reader: Membership, request: ConsultRequest) -> bool:
    """Whether reading this request leaves the reader as blind as this and other requests about the case ask."""
    if request.is_pseudonymised:
        return not knows_patient(reader, request)
    return not read_under_pseudonym(reader, request)


def must_be_able_to_read(reader: UUID, request: ConsultRequest) -> None:
    """Raise Invalid for a member who would join this request and cannot read it as it was sent."""
    member = Membership.objects.select_related("user", "organisation").get(pk=reader)
    if may_read(member, request):
        return
    if request.is_pseudonymised:
        raise Invalid(_("You know who this patient is, so you cannot read this request under a pseudonym."))
    raise Invalid(_("You read this case under a pseudonym. This request would tell you who the patient is."))


def note_openings(transitions: Sequence[Transition]) -> None:
    """The after_transition listener: a reader has opened the case by name in an emergency."""
    for each in transitions:
        if each.noun != EMERGENCY.noun or each.action != "open" or each.case is None:
            continue
        reads = Q(expert__user=each.actor.person) | Q(expert__in=stood_in_for(each.actor.membership))
        found = ConsultRequest.objects.filter(reads, case=each.case, status__in=SHARED, is_pseudonymised=True)
        for request in found.select_related("case").select_for_update(of=("self",), no_key=True).order_by("pk"):
            perform(
                REQUEST,
                request,
                OPENED_BY_NAME,
                actor=each.actor,
                parties=UNBLINDED,
                case=request.case_id,
                patient=request.case.patient_id,
            )


def opened_by_name(request: ConsultRequest) -> list[str]:
    """Who read this request under a pseudonym and has opened its case by name, each once. One query, or none."""
    if not request.is_pseudonymised:
        return []
    steps = TimelineEntry.objects.filter(noun=REQUEST.noun, noun_id=request.pk, action=OPENED_BY_NAME)
    return list(dict.fromkeys(steps.order_by("at").values_list("person_name", flat=True)))
