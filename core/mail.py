"""Hands one mail to the SMTP server. Called by effects only; the job's id is the message id."""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage


def deliver(*, to: str, subject: str, body: str, message_id: UUID) -> None:
    """Send one plain-text mail; raises OSError or smtplib's errors, so that the job is tried again.

    Subject and body hold no patient data: an accession number or a name never leaves by mail.
    """
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    EmailMessage(
        subject=subject,
        body=body,
        to=[to],
        headers={"Message-ID": f"<{message_id}@{domain}>", "Auto-Submitted": "auto-generated"},
    ).send()
