"""What the accounts room does outside the database: mails, each in its reader's language."""

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.links import address_url, invitation_url
from accounts.models import AddressChange, Invitation, User
from accounts.models.invitation import WITH_HOST
from accounts.notices import NOTICE_MAIL, NOTICES
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.mail import deliver
from core.web.dates import clinical_datetime

INVITATION_MAIL = "accounts.invitation_mail"
PASSWORD_RESET_MAIL = "accounts.password_reset_mail"  # noqa: S105 - the name of a job
PASSWORD_CHANGED_MAIL = "accounts.password_changed_mail"  # noqa: S105 - the name of a job
ADDRESS_CONFIRM_MAIL = "accounts.address_confirm_mail"
ADDRESS_ASKED_MAIL = "accounts.address_asked_mail"
ADDRESS_CHANGED_MAIL = "accounts.address_changed_mail"


@effect(INVITATION_MAIL, inside=False, label=_("Mail with an invitation"), about="invitation")
def send_invitation(job: Job) -> None:
    """Mail the link, in the invited person's language."""
    invitation = Invitation.objects.select_related(*WITH_HOST).get(pk=job.subject)
    if invitation.accepted_at or invitation.withdrawn_at:
        return
    with translation.override(invitation.language or invitation.organisation.language):
        account = User.objects.filter(email__iexact=invitation.email, is_active=True).exists()
        context = {"invitation": invitation, "account": account, "url": invitation_url(invitation.pk)}
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


@effect(ADDRESS_CONFIRM_MAIL, inside=False, label=_("Mail to a new address"), about="address_change")
def send_address_link(job: Job) -> None:
    """Mail the link to the address that waits; to nobody where another has taken its place."""
    change = AddressChange.objects.select_related("person").get(pk=job.subject)
    if not (change.confirmed_at or change.withdrawn_at):
        context = {"url": address_url(change.pk)}
        _to_person(change.person, "accounts/mail/address_confirm", context, job, to=change.new_email)


@effect(ADDRESS_ASKED_MAIL, inside=False, label=_("Mail about an asked change of address"), about="address_change")
def send_address_asked(job: Job) -> None:
    """Tell the address in force that another is asked for."""
    change = AddressChange.objects.select_related("person").get(pk=job.subject)
    _about_address(change, "accounts/mail/address_asked", job)


@effect(ADDRESS_CHANGED_MAIL, inside=False, label=_("Mail about a changed address"), about="address_change")
def send_address_changed(job: Job) -> None:
    """Tell the old address that it is no longer the account's."""
    change = AddressChange.objects.select_related("person").get(pk=job.subject)
    _about_address(change, "accounts/mail/address_changed", job)


@effect(NOTICE_MAIL, inside=False, label=_("Mail about one's own account"), about="person")
def send_notice(job: Job) -> None:
    """Tell the person what happened to their account."""
    user = User.objects.filter(pk=job.subject, is_active=True).first()
    if user is None:
        return
    subject, sentence = NOTICES[str(job.payload["notice"])]
    with translation.override(user.language or settings.LANGUAGE_CODE):
        words = {"subject": str(subject), "sentence": str(sentence)}
    when = clinical_datetime(job.created_at, zone=True)
    _to_person(user, "account/email/notice", {**words, "timestamp": when}, job)


def _about_address(change: AddressChange, template: str, job: Job) -> None:
    context = {"timestamp": clinical_datetime(job.created_at, zone=True)}
    _to_person(change.person, template, context, job, to=change.old_email)


def _to_person(user: User, template: str, context: dict[str, str], job: Job, *, to: str = "") -> None:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        subject = render_to_string(f"{template}_subject.txt", context).strip()
        body = render_to_string(f"{template}_message.txt", context)
    deliver(to=to or user.email, subject=subject, body=body, message_id=job.pk, person=user.pk)
