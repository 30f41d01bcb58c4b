"""Withdraw an invitation that nobody has answered yet."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy
from accounts.models import Invitation
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Conflict, Hidden

WITHDRAWN = names.register("invitation.withdrawn", gettext_lazy("Invitation withdrawn"))


def withdraw_invitation(*, actor: Actor, invitation_id: UUID) -> Invitation:
    """Its link stops working. Raises Hidden for another laboratory's, Conflict when it is answered or withdrawn."""
    with transaction.atomic():
        rows = policy.visible_invitations(actor).select_for_update(of=("self",), no_key=True)
        invitation = rows.filter(pk=invitation_id).first()
        if invitation is None:
            raise Hidden(_("This invitation is not there."))
        if invitation.accepted_at or invitation.withdrawn_at:
            raise Conflict(_("This invitation was answered or withdrawn already."))
        invitation.withdrawn_at = clock.now()
        invitation.save(update_fields=["withdrawn_at"])
        record(actor, WITHDRAWN, object_kind="invitation", object_id=invitation.pk)
    return invitation
