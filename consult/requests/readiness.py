"""What stands in the way of sending a draft: what is missing in it, what is not recorded, what speaks against it."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.agreements import Basis, basis
from accounts.models import Membership
from accounts.models.agreement import Identity, Work
from accounts.roles import Role
from cases.access import branches
from cases.access.sharing import why_not, why_with_nobody
from cases.basis.sending import Check, check
from consult.requests.blind import knows_patient, read_under_pseudonym
from consult.requests.models import ConsultRequest
from consult.requests.outside.policy import confirmed_for
from consult.requests.shares import as_sent_to, kind_of_sharing
from core import clock


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands in the way, in words: `missing` by field (what the rule asks for by its code), and `held`, what
    speaks against sharing now with the chosen expert, or with anybody before one is chosen. `legal` is what the rule
    says.
    """

    missing: dict[str, str]
    held: list[str]
    legal: Check


def readiness(request: ConsultRequest) -> Readiness:
    """All of it, for the pages. Reads the slides that the request names, and keeps them with it."""
    prefetch_related_objects([request], "slides")
    legal = legal_basis_of(request)
    return Readiness(missing_for_sending(request, basis_of(request), legal), _held_of(request, legal), legal)


def legal_basis_of(request: ConsultRequest) -> Check:
    """What the rule of the asking laboratory says about sharing the case with the chosen expert, or elsewhere."""
    return check(request.case, kind_of_sharing(request, request.expert))


def _held_of(request: ConsultRequest, legal: Check) -> list[str]:
    """What speaks against sharing the case now, in words: sending would be refused for it."""
    if request.expert is None:
        return why_with_nobody(request.case_id, legal.known, by_name=not request.is_pseudonymised)
    return why_not(as_sent_to(request, request.expert, clock.now()), legal.known)


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
    elif request.expert.user_id in branches.denied_people(request.case_id):
        words = _("%(name)s is kept out of this case. Ask somebody else.")
        missing["expert"] = words % {"name": request.expert.user.printed_name}
    elif under is None:
        words = _("Your laboratory has no agreement with %(lab)s for consultations in this subspecialty.")
        if request.expert.role == Role.OUTSIDE_EXPERT:
            words = _("This outside expert is not confirmed for this case: %(lab)s.")
        missing["expert"] = words % {"lab": request.expert.organisation.name}
    elif under.only_pseudonymised and not request.is_pseudonymised:
        words = _("The agreement with %(lab)s allows patients under a pseudonym only.")
        missing["is_pseudonymised"] = words % {"lab": request.expert.organisation.name}
    elif request.is_pseudonymised and knows_patient(request.expert, request):
        words = _("%(name)s knows who this patient is. Send it under the name, or ask somebody else.")
        missing["expert"] = words % {"name": request.expert.user.printed_name}
    elif not request.is_pseudonymised and (other := read_under_pseudonym(request.expert, request)):
        words = _("%(name)s reads this case under a pseudonym in %(number)s. This request would say who it is.")
        missing["expert"] = words % {"name": request.expert.user.printed_name, "number": other}
    if not request.slides.exists():
        missing["slides"] = _("Choose at least one slide.")
    if request.priority == "urgent" and not request.urgency_reason:
        missing["urgency_reason"] = _("Say why it is urgent.")
    return missing
