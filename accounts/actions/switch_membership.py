"""Act under another of one's own memberships."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import sessions
from accounts.models import Membership, SignIn
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Hidden

SWITCHED = names.register("membership.switched", gettext_lazy("Works for another organisation now"))


def switch_membership(*, actor: Actor, membership_id: UUID, sign_in: SignIn | None) -> Membership:
    """Record the switch; the door then keeps the answer in the session. Hidden where it is not one's own, in force.

    The next session begins under it.
    """
    with transaction.atomic():
        own = Membership.objects.active().filter(user=actor.person) if actor.person else Membership.objects.none()
        membership = own.select_related("organisation").filter(pk=membership_id).first()
        if membership is None:
            raise Hidden(_("This is not one of your memberships."))
        record(
            actor,
            SWITCHED,
            object_kind="membership",
            object_id=membership.pk,
            facts={"to_organisation": str(membership.organisation_id), "to_role": membership.role},
        )
        if sign_in is not None:
            sessions.switched(sign_in, membership.pk)
    return membership
