"""Locks an emergency access for a write: its case first, then the access, through the actor's scope."""

from uuid import UUID

from django.utils.translation import gettext as _

from cases.access.lock import lock_rows
from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import visible_emergencies
from core.actor import Actor
from core.errors import Hidden
from core.workflow.engine import check_version


def lock_emergency(actor: Actor, access_id: UUID, *, version: int | None) -> EmergencyAccess:
    """Lock the case's row and the access. Raises Hidden, or Conflict where it is not what was on the screen.

    The case is locked by its key and not through the actor's scope: whoever reviews sees the access, not the case.
    """
    visible = EmergencyAccess.objects.all() if actor.is_system else visible_emergencies(actor)
    visible = visible.filter(pk=access_id)
    case_id = visible.values_list("case", flat=True).first()
    if case_id is None:
        raise Hidden(_("There is nothing here that you may see."))
    lock_rows([case_id])
    access = visible.select_related("case").select_for_update(of=("self",)).first()
    if access is None:
        raise Hidden(_("There is nothing here that you may see."))
    check_version(access, version)
    return access
