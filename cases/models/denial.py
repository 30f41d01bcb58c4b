"""A reason against access that beats every reason for it: a blinded read, an objection, a conflict of interest."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from core.ids import new_id


class Kind(models.TextChoices):
    """What speaks against access."""

    BLINDED = "blinded", _("Blinded read")
    OBJECTION = "objection", _("The patient objects")
    CONFLICT = "conflict", _("Conflict of interest")


class Denial(models.Model):
    """One person may not see one case while this is in force. Written by cases.access.grants alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="denials", verbose_name=_("case"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    source_kind = models.CharField(_("why"), max_length=30)
    source_id = models.UUIDField(_("key of the reason"))
    valid_from = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("denial")
        verbose_name_plural = _("denials")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "user", "kind", "source_kind", "source_id"], name="cases_one_denial_per_reason"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "case"], name="cases_denied", condition=models.Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"
