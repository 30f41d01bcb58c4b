"""Invite a person into an organisation."""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy
from accounts.effects import INVITATION_MAIL
from accounts.models import Invitation, Organisation
from accounts.roles import Role
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Forbidden, Hidden, Invalid
from core.jobs.queue import dedupe_key, enqueue

INVITED = names.register("invitation.sent", gettext_lazy("Invitation sent"))
LIFE = timedelta(days=14)


def invite(
    *,
    actor: Actor,
    organisation_id: UUID,
    email: str,
    given_name: str,
    family_name: str,
    role: str,
    title: str = "",
    language: str = "",
    makes_platform_admin: bool = False,
) -> Invitation:
    """Send an invitation by mail. A lab administrator invites into the own lab only.

    Raises Hidden for an organisation the actor may not administer, Invalid for an unknown role, an address that is none
    or a person who is a member already.
    """
    with transaction.atomic():
        organisation = policy.administered(actor).filter(pk=organisation_id).first()
        if organisation is None:
            raise Hidden(_("This organisation is not there."))
        if makes_platform_admin and actor.is_person:
            raise Forbidden(_("A platform administrator is made on the command line."))
        if role not in Role.values:
            raise Invalid(_("Choose a role."), fields={"role": _("Choose a role.")})
        try:
            validate_email(email)
        except ValidationError as error:
            raise Invalid(_("This is not an e-mail address."), fields={"email": " ".join(error.messages)}) from error
        if _is_member(organisation, email, role):
            raise Invalid(_("This person is a member already."), fields={"email": _("Is a member in this role.")})
        at = clock.now()
        invitation = Invitation.objects.create(
            organisation=organisation,
            email=email,
            given_name=given_name,
            family_name=family_name,
            title=title,
            language=language,
            role=role,
            makes_platform_admin=makes_platform_admin,
            invited_by_id=actor.person,
            created_at=at,
            expires_at=at + LIFE,
        )
        record(actor, INVITED, object_kind="invitation", object_id=invitation.pk, facts={"role": role})
        enqueue(INVITATION_MAIL, subject=invitation.pk, key=dedupe_key(INVITATION_MAIL, invitation.pk))
    return invitation


def _is_member(organisation: Organisation, email: str, role: str) -> bool:
    return organisation.memberships.active().filter(user__email__iexact=email, role=role).exists()
