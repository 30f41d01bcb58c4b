"""Accept an invitation: become a person with a password and a membership."""

from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Invitation, Membership, User
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Conflict, Hidden, Invalid

ACCEPTED = names.register("invitation.accepted", gettext_lazy("Invitation accepted"))


def accept_invitation(
    *, actor: Actor, invitation_id: UUID, password: str, registration_number: str = "", registration_body: str = ""
) -> User:
    """Make (or find, by the invited e-mail) the person and add the membership.

    `actor` is nobody yet: the signed link is the authority. A person who has a password already keeps it. Raises
    Hidden for a link that leads nowhere, Conflict when it was used, withdrawn or is too old, Invalid for a weak
    password.
    """
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update(of=("self",)).select_related("organisation").filter(pk=invitation_id)
        ).first()
        if invitation is None:
            raise Hidden(_("This invitation is not there."))
        if invitation.accepted_at or invitation.withdrawn_at or invitation.expires_at <= clock.now():
            raise Conflict(_("This invitation can no longer be used. Ask for a new one."))
        user = User.objects.filter(email__iexact=invitation.email).first()
        if user is None:
            user = _new_person(invitation, password)
        if invitation.makes_platform_admin:
            user.is_platform_admin = True
            user.save(update_fields=["is_platform_admin"])
        membership, _made = Membership.objects.get_or_create(
            user=user, organisation=invitation.organisation, role=invitation.role
        )
        membership.registration_number = registration_number
        membership.registration_body = registration_body
        membership.valid_until = None
        membership.save(update_fields=["registration_number", "registration_body", "valid_until"])
        invitation.accepted_at = clock.now()
        invitation.save(update_fields=["accepted_at"])
        record(actor, ACCEPTED, object_kind="invitation", object_id=invitation.pk, facts={"person": str(user.pk)})
    return user


def _new_person(invitation: Invitation, password: str) -> User:
    user = User(
        email=invitation.email,
        title=invitation.title,
        given_name=invitation.given_name,
        family_name=invitation.family_name,
        language=invitation.language,
    )
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(_("Choose a stronger password."), fields={"password": " ".join(error.messages)}) from error
    user.set_password(password)
    user.save()
    return user
