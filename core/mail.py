"""Hands one mail to the SMTP server. Called by effects only; the job's id is the message id."""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from core.actor import system
from core.audit.own_names import MAIL_SENT
from core.audit.record import record


def deliver(*, to: str, subject: str, body: str, message_id: UUID, person: UUID | None = None) -> None:
    """Send one plain-text mail; raises OSError or smtplib's errors, so that the job is tried again.

    Subject and body hold no patient data: an accession number or a name never leaves by mail. That it was sent is on
    record, with the key of `person`, whom the address belongs to, and of the job; neither address nor text are.
    """
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    EmailMessage(
        subject=subject,
        body=body,
        to=[to],
        headers={"Message-ID": f"<{message_id}@{domain}>", "Auto-Submitted": "auto-generated"},
    ).send()
    record(system("mail"), MAIL_SENT, object_kind="person", object_id=person or "", facts={"job": str(message_id)})
