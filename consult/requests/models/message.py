"""What expert and requester said about a request: asked for information, gave it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.requests.models.request import ConsultRequest
from core.ids import new_id


class Kind(models.TextChoices):
    """What a message is."""

    QUESTION = "question", _("Information asked")
    REPLY = "reply", _("Information given")


class Message(models.Model):
    """One message, kept with the request."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(
        ConsultRequest, models.PROTECT, related_name="messages", verbose_name=_("consult request")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    codes = models.JSONField(
        _("what is asked for"), default=list, help_text=_("Codes of the information_requests value set.")
    )
    text = models.TextField(_("message"), blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    author_name = models.CharField(_("who"), max_length=200)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
