"""What the accounts room does outside the database: mails about invitations and passwords, in the reader's language."""

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.links import invitation_url
from accounts.models import Invitation, User
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.mail import deliver
from core.web.dates import clinical_datetime

INVITATION_MAIL = "accounts.invitation_mail"
PASSWORD_RESET_MAIL = "accounts.password_reset_mail"  # noqa: S105 - the name of a job
PASSWORD_CHANGED_MAIL = "accounts.password_changed_mail"  # noqa: S105 - the name of a job


@effect(INVITATION_MAIL, inside=False, label=_("Mail with an invitation"), about="invitation")
def send_invitation(job: Job) -> None:
    """Mail the link, in the invited person's language."""
    invitation = Invitation.objects.select_related("organisation").get(pk=job.subject)
    if invitation.accepted_at or invitation.withdrawn_at:
        return
    with translation.override(invitation.language or invitation.organisation.language):
        context = {"invitation": invitation, "url": invitation_url(invitation.pk)}
        subject = render_to_string("accounts/mail/invitation_subject.txt", context).strip()
        body = render_to_string("accounts/mail/invitation.txt", context)
    deliver(to=invitation.email, subject=subject, body=body, message_id=job.pk)


@effect(PASSWORD_RESET_MAIL, inside=False, label=_("Mail for a new password"), about="person")
def send_password_reset(job: Job) -> None:
    """Make the link now and mail it. Nobody has the subject's id where the address was unknown."""
    user = User.objects.filter(pk=job.subject, is_active=True).first()
    if user is None:
        return
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    _to_person(user, "account/email/password_reset_key", {"password_reset_url": settings.PUBLIC_ORIGIN + path}, job)


@effect(PASSWORD_CHANGED_MAIL, inside=False, label=_("Mail about a changed password"), about="person")
def send_password_changed(job: Job) -> None:
    """Tell the person that there is a new password, and what to do if it was not them."""
    user = User.objects.filter(pk=job.subject, is_active=True).first()
    if user is not None:
        when = clinical_datetime(job.created_at, zone=True)
        _to_person(user, "account/email/password_changed", {"timestamp": when}, job)


def _to_person(user: User, template: str, context: dict[str, str], job: Job) -> None:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        subject = render_to_string(f"{template}_subject.txt", context).strip()
        body = render_to_string(f"{template}_message.txt", context)
    deliver(to=user.email, subject=subject, body=body, message_id=job.pk)
