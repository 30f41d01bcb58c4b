"""What is told of a machine's token, to whom and when; the notifications room tells it."""

from datetime import timedelta
from uuid import UUID

from accounts.models import MachineToken, Membership
from accounts.roles import ADMINISTER, READ_AUDIT

TELL, TOKEN_ENDS = "accounts.tell_of_token", "accounts.token_ends"
MADE, WITHDRAWN, ENDS = "made", "withdrawn", "ends"
BEFORE_END = timedelta(days=14)


def concerned(token: MachineToken) -> set[UUID]:
    """The people of the laboratory who administer it, and its privacy officers.

    An administrator sees no cases but makes what opens them: those who watch over the cases hear of it.
    """
    members = Membership.objects.active().filter(organisation=token.organisation_id)
    return set(members.filter(role__in=ADMINISTER | READ_AUDIT).values_list("user", flat=True))
