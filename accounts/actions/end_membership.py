"""End a membership: the person leaves the organisation, or this role in it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy
from accounts.actions import leave
from accounts.models import Membership
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Conflict, Forbidden

ENDED = names.register("membership.ended", gettext_lazy("Membership ended"))


def end_membership(*, actor: Actor, membership_id: UUID) -> Membership:
    """End it now; the person's sessions and the access that came with it end at once.

    Raises Hidden for another laboratory's membership, Conflict when it has ended already, Forbidden for one's own:
    nobody locks themselves out by mistake.
    """
    with transaction.atomic():
        membership = _lock(actor, membership_id)
        leave.end(membership, actor=actor, at=clock.now())
        record(
            actor,
            ENDED,
            object_kind="membership",
            object_id=membership.pk,
            facts={
                "person": str(membership.user_id),
                "organisation": str(membership.organisation_id),
                "role": membership.role,
            },
        )
    return membership


def check(*, actor: Actor, membership_id: UUID) -> None:
    """Refuse as end_membership would now, and do nothing: for a page that asks first, and says what would end."""
    with transaction.atomic():
        _lock(actor, membership_id)


def _lock(actor: Actor, membership_id: UUID) -> Membership:
    membership = policy.lock_membership(actor, membership_id)
    must_end(actor, membership)
    return membership


def must_end(actor: Actor, membership: Membership) -> None:
    """Refuse one that has ended, and the one that the actor acts under; of a membership that the actor administers."""
    if membership.valid_until is not None and membership.valid_until <= clock.now():
        raise Conflict(_("This membership has ended already."))
    if membership.pk == actor.membership:
        raise Forbidden(_("You are acting under this membership. Ask another administrator to end it."))
