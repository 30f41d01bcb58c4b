"""What is left to show of a request whose case is withheld from the answering side: that it was, and when."""

from collections.abc import Callable, Collection
from uuid import UUID

from django.utils.translation import gettext as _

from cases.access.view import CaseView
from consult.requests.models import ConsultRequest
from consult.requests.policy import BEFORE_SENDING, is_withheld
from consult.requests.states import SIGNED
from core.actor import Actor


def withheld(actor: Actor, unseen: Collection[ConsultRequest]) -> set[UUID]:
    """Those of these, whose cases the actor does not see, that are withheld (is_withheld). One query at most."""
    perhaps = [
        each
        for each in unseen
        if each.status not in (*BEFORE_SENDING, *SIGNED) and each.asking_organisation_id != actor.organisation
    ]
    # The share is the expert's own: an expert who does not see the case has none, and nothing needs to be asked.
    own = {each.pk for each in perhaps if each.expert and each.expert.user_id == actor.person}
    others = [each.pk for each in perhaps if each.pk not in own]
    found = ConsultRequest.objects.filter(is_withheld(actor), pk__in=others) if others else None
    return own | (set(found.values_list("pk", flat=True)) if found is not None else set())


def take_words_off(request: ConsultRequest, mask: Callable[[str], str]) -> CaseView:
    """The view of a case of which nothing is told. What the request says of the case goes, too; what was written at its
    steps is read through `mask`.

    The row is for showing from then on and must not be saved.
    """
    request.question = request.working_diagnosis = request.urgency_reason = ""
    request.as_sent, request.shares_first_report = {}, False
    return CaseView(
        id=request.case_id,
        organisation=request.asking_organisation_id,
        organisation_name=request.asking_organisation.name,
        organisation_short=request.asking_organisation.short_name,
        accession_number="",
        is_pseudonymised=True,
        is_home=False,
        codenames=frozenset(),
        name_family=_("Not shown any more"),
        name_given="",
        name_used="",
        name_birth="",
        sex="",
        birth=(None, None, None),
        identifiers=(),
        organ_system="",
        priority=request.priority,
        status="",
        history="",
        language=request.language,
        received_at=None,
        received_year=0,
        case_version=0,
        identity_version=request.case_version,
        patient_version=request.patient_version,
        patient=None,
        exact_from=request.sent_at,
        is_withheld=True,
        _mask=mask,
    )
