"""What is different in a case since its request was sent, and which requests may be concerned."""

from django.db.models import QuerySet

from cases.access.view import CaseView
from cases.models import Case
from consult.requests.drift import Difference, compare
from consult.requests.models import ConsultRequest
from consult.requests.record import as_sent, history_digest, names_unknown
from consult.requests.states import OPEN, SIGNED


def since_sent(request: ConsultRequest, view: CaseView) -> tuple[Difference, ...]:
    """What is different now; after the signature only what would have blocked it.

    `view` is the case as it is now (a view of what was sent has nothing to compare with). No query where the versions
    say that nothing has changed, else two.
    """
    if view.case_version == 0 or request.status not in (*OPEN, *SIGNED):
        return ()
    if names_unknown(request, view):
        return ()  # what was sent names the patient, whom this reader does not know
    if _stands(request, view.identity_version, view.patient_version, view.history):
        return ()
    found = compare(request.as_sent, as_sent(request, view))
    return found if request.status in OPEN else tuple(each for each in found if each.blocks)


def stands(request: ConsultRequest, case: Case) -> bool:
    """Whether the versions say that a request that was sent stands as it was. No query; wants the patient."""
    return _stands(request, case.identity_version, case.patient.version, case.history)


def _stands(request: ConsultRequest, case_version: int, patient_version: int, history: str) -> bool:
    same = (case_version, patient_version) == (request.case_version, request.patient_version)
    kept = request.as_sent
    return same and (history == kept["history"] or kept.get("history_digest") == history_digest(request, history))


def perhaps_different(requests: QuerySet[ConsultRequest]) -> QuerySet[ConsultRequest]:
    """Those that run and whose patient, case or clinical details were written to since; `since_sent` decides."""
    return requests.filter(status__in=OPEN, is_touched=True)
