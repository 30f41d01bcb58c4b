"""Accept an invitation: become a person with a password and a membership."""

from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import first_day
from accounts.actions.link_identity import join, record_link
from accounts.actors import for_member
from accounts.hooks import InvitationAccepted, WorkChanged, run_invitation_accepted, run_work_changed
from accounts.models import IdentityProvider, Invitation, Membership, User
from accounts.oidc.client import Claims
from accounts.policy import administered
from accounts.roles import ADMINISTER, SIGN
from core import clock
from core.actor import Actor, Door, Purpose
from core.audit import names
from core.audit.record import record
from core.errors import Conflict, Forbidden, Hidden, Invalid

ACCEPTED = names.register("invitation.accepted", gettext_lazy("Invitation accepted"))


def accept_invitation(
    *, actor: Actor, invitation_id: UUID, password: str, identity: tuple[IdentityProvider, Claims] | None = None
) -> User:
    """Make (or find, by the invited e-mail) the person and add the membership.

    `actor` is nobody yet: the signed link is the authority, and the password is the new person's. Somebody who has an
    account keeps it with its password and must be the one who is signed in (the system may bring people together);
    somebody who had left begins again. The number in the professional register is the one that the inviting
    administrator stated. With an `identity` the person has no password here and comes in by it; SignInRefused where it
    is another account's. The membership is a new one, also of somebody who was a member before; it begins on the first
    day that was stated, or now. Raises Hidden for a link that leads nowhere, Conflict when it was used, withdrawn, is
    too old, lacks a pathologist's number, was sent by somebody who may invite nobody there any more, or the person has
    this role there meanwhile, Forbidden for another person's account, Invalid for a weak password.
    """
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update(of=("self",)).select_related("organisation").filter(pk=invitation_id)
        ).first()
        if invitation is None:
            raise Hidden(_("This invitation is not there."))
        is_over = invitation.accepted_at or invitation.withdrawn_at or invitation.expires_at <= clock.now()
        if is_over or not _still_invites(invitation):
            raise Conflict(_("This invitation can no longer be used. Ask for a new one."))
        if invitation.role in SIGN and not invitation.registration_number:
            raise Conflict(_("This invitation states no registration number. Ask for a new one."))
        user = User.objects.filter(email__iexact=invitation.email).first()
        if user is None or not user.is_active:
            user = _begin(invitation, user, password, by_provider=identity is not None)
            if identity is not None:
                join(user, identity[1])
                record_link(actor, user, identity[0])
        elif user.pk != actor.person and actor.purpose != Purpose.SYSTEM:
            raise Forbidden(_("There is an account with this address. Sign in with it, then open the link again."))
        if invitation.makes_platform_admin:
            user.is_platform_admin = True
            user.save(update_fields=["is_platform_admin"])
        membership = _join(invitation, user)
        invitation.accepted_at = clock.now()
        invitation.save(update_fields=["accepted_at"])
        run_invitation_accepted(InvitationAccepted(invitation.pk, membership.pk))
        run_work_changed(WorkChanged(membership.pk, actor))
        record(actor, ACCEPTED, object_kind="invitation", object_id=invitation.pk, facts={"person": str(user.pk)})
    return user


def _join(invitation: Invitation, user: User) -> Membership:
    """The period that begins: now, or on a first day that is still to come."""
    begins = first_day.begins(invitation.organisation, invitation.first_day, clock.now())
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two invitations at once make one
    there = user.memberships.filter(organisation=invitation.organisation, role=invitation.role)
    if there.overlapping(begins, None).exists():
        raise Conflict(_("You have this role there already."))
    return Membership.objects.create(
        user=user,
        organisation=invitation.organisation,
        role=invitation.role,
        valid_from=begins,
        registration_number=invitation.registration_number,
        registration_body=invitation.registration_body,
    )


def _still_invites(invitation: Invitation) -> bool:
    """Whether who sent it may still invite there: what somebody who left has promised opens nothing."""
    sender = invitation.invited_by
    if sender is None or (sender.is_active and sender.is_platform_admin):
        return True
    own = Membership.objects.active().filter(user=sender, role__in=ADMINISTER).values_list("pk", flat=True)
    actors = [for_member(each, Door.JOB) for each in own]
    return any(administered(each).filter(pk=invitation.organisation_id).exists() for each in actors)


def _begin(invitation: Invitation, left: User | None, password: str, *, by_provider: bool) -> User:
    """A new person, or one who had left, with this password, or with none where they come in by a provider."""
    user = left or User(email=invitation.email, language=invitation.language)
    user.title, user.given_name, user.family_name = invitation.title, invitation.given_name, invitation.family_name
    user.is_active, user.is_platform_admin = True, False  # what they ran before they left is nobody's to give back
    if by_provider:
        user.set_unusable_password()
        user.save()
        return user
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(_("Choose a stronger password."), fields={"password": " ".join(error.messages)}) from error
    user.set_password(password)
    user.save()
    return user
