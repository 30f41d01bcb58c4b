"""The mail about a notification: one sentence and a link, in the recipient's language, without patient data."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.jobs.hooks import effect
from core.jobs.models import Job
from core.mail import deliver
from notifications.models import Notification

MAIL = "notifications.mail"


@effect(MAIL, inside=False, label=_("Mail about a notification"), about="notification")
def send_mail(job: Job) -> None:
    """Deliver the mail; nothing is sent to a person who can no longer sign in or has read it already."""
    notification = Notification.objects.select_related("recipient").filter(pk=job.subject).first()
    if notification is None or notification.read_at or not notification.recipient.is_active:
        return
    with translation.override(notification.recipient.language or settings.LANGUAGE_CODE):
        context = {"notification": notification, "url": settings.PUBLIC_ORIGIN + notification.url}
        subject = render_to_string("notifications/mail/subject.txt", context).strip()
        body = render_to_string("notifications/mail/body.txt", context)
    recipient = notification.recipient
    deliver(to=recipient.email, subject=subject, body=body, message_id=job.pk, person=recipient.pk)
