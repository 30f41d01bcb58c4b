"""On which ground somebody acts on a case: the share that opens it to them, and the purpose that the record gives."""

import dataclasses
from uuid import UUID

from cases.access import branches
from cases.models import Case
from core.actor import Actor, Purpose


def on_ground(actor: Actor, case: Case) -> tuple[Actor, UUID | None]:
    """The actor as the record shall name them for an act on this case, and the key of the share; None at home.

    Emergency access comes before every other reason while it runs, because it opens the whole case. One query for
    somebody who reads by a share, none at home.
    """
    if branches.sees_home(actor) and case.organisation_id == actor.organisation:
        return actor, None
    grants = branches.grants_in_force(actor).filter(content_object=case.pk).order_by("valid_from", "pk")
    found = list(grants.values_list("share", "purpose"))
    urgent = next((share for share, purpose in found if purpose == Purpose.EMERGENCY), None)
    if urgent is not None:
        return dataclasses.replace(actor, purpose=Purpose.EMERGENCY), urgent
    return actor, found[0][0] if found else None
