"""Who knows whose case it is: the one answer for everybody who is asked, accepts or stands in under a pseudonym."""

from collections.abc import Collection
from uuid import UUID

from accounts.actors import actor_for, memberships_of
from accounts.models import User
from cases.access.branches import VIEW_IDENTITY, anybodys_begun
from cases.access.queries import visible_among
from cases.emergency.models import EmergencyAccess
from core.actor import Door


def cases_known_to(person: User, case_ids: Collection[UUID]) -> set[UUID]:
    """Those of these cases whose patient the person knows: who sees the name at home, under whichever of their
    memberships, has ever had it by a share, or has opened the case by name in an emergency.

    What has ended counts: nobody forgets a name because their access is over.
    """
    known = set(EmergencyAccess.objects.filter(case__in=case_ids, person=person.pk).values_list("case", flat=True))
    granted = anybodys_begun(VIEW_IDENTITY).filter(user=person.pk, content_object__in=case_ids)
    known |= set(granted.values_list("content_object", flat=True))
    for each in memberships_of(person):
        actor = actor_for(person, each, door=Door.JOB)
        known |= set(visible_among(actor, case_ids, VIEW_IDENTITY).values_list("pk", flat=True))
    return known
