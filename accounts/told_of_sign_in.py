"""What is told of an organisation's single sign-on, to whom and when; the notifications room tells it."""

from uuid import UUID

from accounts.models import Membership
from accounts.roles import ADMINISTER, READ_AUDIT
from core.ids import new_id
from core.jobs.queue import dedupe_key, enqueue

TELL = "accounts.tell_of_single_sign_on"
SET_UP, CHANGED, REMOVED, JOINED = "set_up", "changed", "removed", "joined"


def concerned(organisation: UUID) -> set[UUID]:
    """The organisation's administrators and privacy officers."""
    members = Membership.objects.active().filter(organisation=organisation)
    return set(members.filter(role__in=ADMINISTER | READ_AUDIT).values_list("user", flat=True))


def tell(step: str, organisation: UUID, person: UUID) -> None:
    """Queue it: `person` is who did it, or who joined."""
    payload: dict[str, object] = {"step": step, "person": str(person)}
    key = dedupe_key(TELL, organisation, version=step, occasion=new_id().hex)
    enqueue(TELL, subject=organisation, key=key, payload=payload)
