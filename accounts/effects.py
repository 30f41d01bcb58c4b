"""What the accounts room does outside the database: the invitation's mail."""

from django.template.loader import render_to_string
from django.utils import translation

from accounts.links import invitation_url
from accounts.models import Invitation
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.mail import deliver

INVITATION_MAIL = "accounts.invitation_mail"


@effect(INVITATION_MAIL, inside=False)
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
