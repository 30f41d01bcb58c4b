"""Invite a person into an organisation."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import first_day as days
from accounts import policy
from accounts.effects import INVITATION_MAIL
from accounts.models import Invitation, Organisation, User
from accounts.registration import refused
from accounts.roles import REGISTERED, Role
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Forbidden, Hidden, Invalid
from core.jobs.queue import dedupe_key, enqueue
from core.letters import written

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
    registration_number: str = "",
    registration_body: str = "",
    first_day: date | None = None,
    makes_platform_admin: bool = False,
    asked_by: UUID | None = None,
) -> Invitation:
    """Send an invitation by mail. A lab administrator invites into the own lab only; `asked_by` is the membership of
    the colleague who wants the opinion of somebody from outside. The membership begins on the `first_day`, or when the
    invitation is accepted.

    The number in the professional register is printed under signatures, so the one who invites states it, and the
    invited person cannot change it. Raises Hidden for an organisation the actor may not administer, Invalid for an
    unknown role, an address that is none or one's own, a pathologist without a number or register, a first day that has
    passed or is far away, or a person who is a member then or invited already.
    """
    email = User.objects.normalize_email(email)
    with transaction.atomic():
        rows = policy.administered(actor).select_for_update(of=("self",), no_key=True)  # two at once make one
        organisation = rows.filter(pk=organisation_id).first()
        if organisation is None:
            raise Hidden(_("This organisation is not there."))
        if not organisation.is_active:
            words = _("%(name)s is closed.") % {"name": organisation.name}
            raise Invalid(words, fields={"organisation": words})
        if makes_platform_admin and not actor.is_system:
            raise Forbidden(_("A platform administrator is made on the command line."))
        if role not in Role.values or (role == Role.OUTSIDE_EXPERT and not actor.is_system):
            raise Invalid(_("Choose a role."), fields={"role": _("Choose a role.")})
        try:
            validate_email(email)
        except ValidationError as error:
            raise Invalid(_("This is not an e-mail address."), fields={"email": " ".join(error.messages)}) from error
        if actor.person is not None and User.objects.filter(pk=actor.person, email__iexact=email).exists():
            # Whoever administers people sees no patients by that; they must not be able to change it alone.
            words = _("You cannot give yourself a role. Ask another administrator.")
            raise Invalid(words, fields={"email": words})
        at = clock.now()
        days.check(organisation, first_day, at)
        if _is_member(organisation, email, role, days.begins(organisation, first_day, at)):
            words = _("This person is a member in this role already.")
            raise Invalid(words, fields={"email": words})
        if _is_invited(organisation, email, role, at):
            words = _("An invitation waits there already. Withdraw it to send another.")
            raise Invalid(words, fields={"email": words})
        number, register = written(registration_number), written(registration_body)
        if wrong := refused(role, number, register):
            raise Invalid(next(iter(wrong.values())), fields=wrong)
        if role not in REGISTERED:
            number = register = ""
        invitation = Invitation.objects.create(
            organisation=organisation,
            email=email,
            given_name=written(given_name),
            family_name=written(family_name),
            title=written(title),
            language=language,
            role=role,
            registration_number=number,
            registration_body=register,
            first_day=first_day,
            makes_platform_admin=makes_platform_admin,
            invited_by_id=actor.person,
            asked_by_id=asked_by,
            created_at=at,
            expires_at=at + LIFE,
        )
        record(actor, INVITED, object_kind="invitation", object_id=invitation.pk, facts={"role": role})
        enqueue(INVITATION_MAIL, subject=invitation.pk, key=dedupe_key(INVITATION_MAIL, invitation.pk))
    return invitation


def _is_member(organisation: Organisation, email: str, role: str, begins: datetime) -> bool:
    """From then on or later: somebody whose last day is set may be invited for the time after it."""
    there = organisation.memberships.filter(user__email__iexact=email, role=role)
    return there.overlapping(begins, None).exists()


def _is_invited(organisation: Organisation, email: str, role: str, at: datetime) -> bool:
    waiting = organisation.invitations.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=at)
    return waiting.filter(email__iexact=email, role=role).exists()
