"""Who hears for the laboratory that asked, whatever there is to say: one answer for every notification to that side."""

from uuid import UUID

from accounts.standing_in import who_ask, who_is_told
from cases.access import branches
from consult.requests.models import ConsultRequest


def who_hears(request: ConsultRequest) -> set[UUID]:
    """The requester, or whoever looks after their work; where all of these are kept out of the case, everybody else of
    the laboratory who asks experts. Never somebody who is kept out. With its requester; five queries at most."""
    denied = branches.denied_people(request.case_id)
    return who_is_told(request.requester) - denied or who_ask(request.asking_organisation_id) - denied
