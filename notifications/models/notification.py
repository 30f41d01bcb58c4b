"""One thing that one person should know. It names ids, never a patient."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from notifications.hooks import Subject, subject_of


class Notification(models.Model):
    """A row of a person's inbox; `number` is the subject's own number (a request's), free of patient data."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name=_("recipient")
    )
    kind = models.CharField(_("kind"), max_length=60)
    subject = models.UUIDField(_("key of what it is about"))
    number = models.CharField(_("number"), max_length=40, blank=True)
    person_name = models.CharField(_("caused by"), max_length=200, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    created_at = models.DateTimeField(_("time"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    dedupe_key = models.CharField(_("once for"), max_length=200, unique=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notifications_inbox"),
            models.Index(fields=["recipient"], name="notifications_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def about(self) -> Subject:
        """How this kind reads and where it leads."""
        return subject_of(self.kind)

    @property
    def sentence(self) -> str:
        """The sentence in the active language."""
        return str(self.about.sentence) % {"number": self.number, "person": self.person_name}

    @property
    def url(self) -> str:
        """The page it leads to."""
        return self.about.url(self.subject)
